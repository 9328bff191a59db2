# The sentences of every mail: mail-<template>-<part>. A letter's fields are the arguments, here and in the subject.
mail-footer-why = تصلكم هذه الرسالة لأن لديكم حسابًا أو مهمة في الخدمة المذكورة أدناه. لا حاجة إلى الرد عليها. إذا لم تكن موجهة إليكم، فيرجى تجاهلها.
mail-greeting = مرحبًا { $recipient_name }،
mail-receipt = الإيصال: { $receipt }

mail-test-message-subject = رسالة تجريبية: يستطيع ستوا مراسلتكم
mail-test-message-lead = هذه هي الرسالة التجريبية التي طلبتموها في { $asked_at }. إذا كنتم تقرؤونها، فإن رسائل ستوا تصل إليكم.
mail-test-message-open = تابعوا مسارها في سجل البريد

mail-account-invite-subject = حسابكم في ستوا
mail-account-invite-lead = يوجد حساب لكم في ستوا، الخدمة التي تعرف بها مدن التعلّم أين وصلت.
mail-account-invite-lead-invited = بدعوة من { $invited_by } صار لكم حساب في ستوا، الخدمة التي تعرف بها مدن التعلّم أين وصلت.
mail-account-invite-open = اختيار كلمة مرور
mail-account-invite-until = يعمل الرابط حتى { $expires_at } ({ $time_zone }). وإذا انتهت صلاحيته، فالصفحة التي يفتحها ترسل إليكم رابطًا جديدًا.
mail-account-invite-unexpected = لم تكونوا تنتظرون هذه الرسالة؟ لا تفعلوا شيئًا: فلا أحد يستطيع استخدام الحساب من دون كلمة مرور.

mail-password-reset-subject = كلمة مرور جديدة لستوا
mail-password-reset-lead = طلب أحدهم، وهو أنتم على الأرجح، كلمة مرور جديدة لحسابكم في ستوا.
mail-password-reset-open = اختيار كلمة مرور جديدة
mail-password-reset-until = يعمل الرابط مرة واحدة، حتى { $expires_at } ({ $time_zone }).
mail-password-reset-unexpected = لم تطلبوا ذلك؟ لا تفعلوا شيئًا: ستبقى كلمة مروركم كما هي.

mail-report-receipt-subject = إيصال تقرير { $city }
mail-report-receipt-lead = { $late ->
    [true] قُدّم تقرير { $city } في { $round } بتاريخ { $submitted_at } ({ $time_zone }) بعد انقضاء الموعد النهائي. لا يمكن تغييره الآن إلا إذا أعاده المنسق.
   *[false] قُدّم تقرير { $city } في { $round } بتاريخ { $submitted_at } ({ $time_zone }). لا يمكن تغييره الآن إلا إذا أعاده المنسق.
}
mail-report-receipt-number = رقم التقديم: { $number }
mail-report-receipt-check-sum = رمز التحقق (SHA-256): { $content_hash }
mail-report-receipt-open = قراءة التقرير المقدَّم

mail-report-submitted-subject = قدّمت { $city } تقريرها
mail-report-submitted-lead = { $late ->
    [true] قدّمت { $city } تقريرها في { $round } بعد انقضاء الموعد النهائي. هذا التقديم رقم { $number } لهذا التقرير.
   *[false] قدّمت { $city } تقريرها في { $round }. هذا التقديم رقم { $number } لهذا التقرير.
}
mail-report-submitted-open = قراءة التقرير
mail-report-submitted-return = إذا لزم تعديل شيء قبل المراجعة فيمكنكم إعادته إلى المدينة من هناك.

mail-report-returned-subject = يرجى تعديل تقرير { $city }
mail-report-returned-lead = أعاد المنسق إليكم تقرير { $city } في { $round } وكتب:
mail-report-returned-next = بقيت نصوصكم وإحصاءاتكم وملفاتكم كما تركتموها. عدّلوا ما يلزم ثم قدّموا التقرير من جديد.
mail-report-returned-open = فتح التقرير

mail-review-invitation-subject = { $third ->
    [true] مطلوب حكم ثالث: { $city }
   *[false] دعوة إلى مراجعة تقرير { $city }
}
mail-review-invitation-lead = { $third ->
    [true] اختلف الخبراء في تقييم قسم من تقرير { $city } ({ $round }). هل تقدمون حكمًا ثالثًا مستقلًا من دون الاطلاع على أحكامهم؟
   *[false] هل تراجعون تقرير { $city } في { $round }؟
}
mail-review-invitation-what = { $third ->
    [true] المطلوب: قسم واحد
   *[false] المطلوب: عدد الأقسام { $sections }، ولكل قسم خمسة مستويات موصوفة
}
mail-review-invitation-work = حجم العمل بالساعات: نحو { $hours }، على أي عدد من الجلسات
mail-review-invitation-due = الموعد النهائي: { $due }
mail-review-invitation-open = الاطلاع على الدعوة والرد عليها
mail-review-invitation-answer = يمكنكم هناك القبول أو الاعتذار أو التصريح بتضارب مصالح. هذا الرابط لكم وحدكم ويعمل حتى إغلاق المراجعة. لا يُعطى اسمكم للمدينة أبدًا.

mail-review-declined-subject = اعتذار { $expert } عن مراجعة { $city }
mail-review-declined-lead = { $conflict ->
    [true] ورد اعتذار من { $expert } عن مراجعة تقرير { $city } ({ $round }) بسبب تضارب مصالح. المقعد شاغر من جديد.
   *[false] ورد اعتذار من { $expert } عن مراجعة تقرير { $city } ({ $round }). المقعد شاغر من جديد.
}
mail-review-declined-reason = السبب المذكور:
mail-review-declined-suggested = الاسم المقترح: { $suggested }
mail-review-declined-next = التالي في خطة التوزيع: { $next }
mail-review-declined-nobody = لا يستطيع خبير آخر مراجعة هذا التقرير الآن. الأسباب في الصفحة أدناه.
mail-review-declined-open = ملء المقعد

mail-review-receipt-subject = إيصال { $receipt }: مراجعتكم لتقرير { $city }
mail-review-receipt-lead = وصلت مراجعتكم لتقرير { $city } ({ $round }). شكرًا لكم.
mail-review-receipt-submitted = وقت التقديم: { $submitted }
mail-review-receipt-sections = عدد الأقسام: { $sections }
mail-review-receipt-open = قراءة ما قدمتموه

mail-review-withdrawn-subject = لم تعد مراجعتكم لتقرير { $city } مطلوبة
mail-review-withdrawn-lead = لم تعد مراجعة تقرير { $city } ({ $round }) التي طلبناها منكم مطلوبة. انتهت صلاحية رابطها، ولا يلزمكم فعل أي شيء.
mail-review-withdrawn-reason = كتب المنسق:
mail-review-withdrawn-thanks = شكرًا على استعدادكم للمساعدة.

mail-review-given-back-subject = تعمل { $city } على تقريرها من جديد
mail-review-given-back-lead = أُعيد إلى المدينة تقرير { $city } ({ $round }) الذي طُلبت منكم مراجعته، وقد يتغير قبل تقديمه من جديد.
mail-review-given-back-kept = { $begun ->
    [true] لن يضيع شيء مما كتبتموه. يُحفظ تقييمكم للأقسام التي تبقى كما هي، ويُطلب من جديد تقييم الأقسام التي تتغير، وإلى جانبها النص السابق.
   *[false] لا يلزمكم فعل أي شيء الآن، وتبقى الدعوة قائمة.
}
mail-review-given-back-next = سنكتب إليكم حين يُقدَّم التقرير من جديد. يبقى رابطكم صالحًا.
mail-review-given-back-open = إلى المراجعة

mail-review-on-subject = { $reopened ->
    [true] عدّلت { $city } تقريرها: يرجى التقييم من جديد
   *[false] قُدّم تقرير { $city } من جديد
}
mail-review-on-lead = { $reopened ->
    [true] قدّمت { $city } ({ $round }) تقريرها من جديد. سبق أن راجعتموه، وقد تغيرت بعض أقسامه منذ ذلك الحين.
   *[false] قدّمت { $city } ({ $round }) تقريرها من جديد. يرجى متابعة مراجعتكم.
}
mail-review-on-changed = تغيرت هذه الأقسام:
mail-review-on-kept = { $begun ->
    [true] كل ما قيّمتموه سوى ذلك محفوظ ولا يلزم تكراره. وما كتبتموه عن هذه الأقسام ما زال موجودًا، وإلى جانبه النص قبل التغيير وبعده.
   *[false] المراجعة التي دُعيتم إليها هي مراجعة النص الجديد.
}
mail-review-on-same = لم يتغير شيء في الأقسام التي تُسألون عنها. كل ما كتبتموه محفوظ.
mail-review-on-due = الموعد النهائي: { $due }
mail-review-on-open = إلى المراجعة

mail-review-past-subject = لم تعد مراجعتكم لتقرير { $city } مطلوبة
mail-review-past-lead = غيّرت { $city } القسم الذي طُلب منكم تقييم ثالث له ({ $round })، فلم يعد الخلاف حوله قائمًا. لا يلزمكم فعل أي شيء، وقد انتهت صلاحية الرابط.
mail-review-past-thanks = شكرًا على استعدادكم للمساعدة.

mail-review-stopped-subject = تضارب مصالح: توقفت مراجعة { $city }
mail-review-stopped-lead = سُجّل الآن تضارب مصالح بين { $expert } و{ $city } ({ $round }). توقفت المراجعة: لا يمكن كتابة شيء فيها أو تقديمه بعد الآن.
mail-review-stopped-next = { $submitted ->
    [true] ما قُدّم يُحتسب إلى أن تستبعدوا المراجعة، وهو محفوظ في الحالتين.
   *[false] لم يُقدَّم شيء. يمكنكم سحب المراجعة ودعوة شخص آخر.
}
mail-review-stopped-open = إلى التوزيع

mail-review-aside-subject = { $back ->
    [true] مراجعتكم لتقرير { $city } محتسبة من جديد
   *[false] استُبعدت مراجعتكم لتقرير { $city }
}
mail-review-aside-lead = { $back ->
    [true] كانت مراجعتكم لتقرير { $city } ({ $round }) مستبعدة، وقد أُعيدت وأصبحت محتسبة من جديد.
   *[false] استبعد منسق مراجعتكم لتقرير { $city } ({ $round }). هي محفوظة لكنها لا تُحتسب.
}
mail-review-aside-next = { $back ->
    [true] إن بقي شيء مفتوحًا فصفحة المراجعة تبينه.
   *[false] لا يلزمكم فعل أي شيء، ويمكنكم دائمًا قراءة ما كتبتموه.
}
mail-review-aside-open = إلى المراجعة

mail-disagreement-opened-subject = اختلاف بين الخبراء حول { $city }
mail-disagreement-opened-lead = اختلف الخبراء في تقييم تقرير { $city } ({ $round }). إلى أن يُحسم ذلك لا درجة لهذه المقاييس:
mail-disagreement-opened-measure = { $reason ->
    [decision_line] { $label }: على جانبين متقابلين من خط القرار
    [outlier] { $label }: تقييم بعيد عن البقية
   *[gap] { $label }: الفرق مستويان أو أكثر
}
mail-disagreement-opened-next = يمكنكم دعوة خبير ثالث أو تسجيل توافق أو تحكيم.

mail-results-moved-subject = { $stage ->
    [checking] يرجى التحقق من نتائج { $city }
    [released] أصبحت نتائج { $city } نهائية
    [published] أصبحت نتائج { $city } متاحة للجميع
   *[other] سُحبت نتائج { $city }
}
mail-results-moved-lead = { $back ->
    [true] أعاد المنسق نتائج { $city } في { $round } خطوة إلى الوراء.
   *[false] { $stage ->
        [checking] مسودة نتائج { $city } في { $round } جاهزة لتتحققوا من صحة ما فيها.
        [released] أصبحت نتائج { $city } في { $round } نهائية، ولن تتغير.
       *[other] يستطيع الجميع الآن قراءة نتائج { $city } في { $round }.
    }
}
mail-results-moved-reason = السبب:
mail-results-moved-next = { $stage ->
    [checking] يرجى إبلاغ المنسق إن وجدتم خطأ: رقمًا أو سنة أو مصدرًا. تُضاف تقديرات الاستبيانات عند إصدار النتائج.
    [released] يستطيع المحللون قراءتها أيضًا، أما العموم فليس بعد.
   *[other] يستطيع كل من لديه العنوان قراءتها دون حساب.
}
mail-results-moved-open = عرض النتائج

mail-account-erased-subject = مُحي حسابكم
mail-account-erased-lead = مُحي حسابكم في { $at } ({ $time_zone }). لم يعد بإمكانكم الدخول، وانتهى كل رابط وبرنامج لكم.
mail-account-erased-gone = مع هذه الرسالة يزول أيضا اسمكم وعنوانكم وما قيل عنكم. وهي آخر رسالة تصلكم منا.
mail-account-erased-stays = ويبقى بلا اسمكم ما يعتمد عليه الآخرون: المراجعات التي قدمتموها، وما كتبتموه في التقارير، وقيود سجل التدقيق تحت رقم. أما النسخ الاحتياطية التي أُخذت قبل ذلك فتحتفظ باسمكم إلى أن تُحذف.
mail-account-erased-unexpected = لم تتوقعوا ذلك؟ اكتبوا إلى من يشغّل الخدمة. لا يمكن الرجوع عنه، لكن يمكن دعوتكم من جديد.

mail-survey-invitation-subject = { $reminder ->
    [true] ما زال مفتوحًا: { $title }
   *[false] { $city } تسألكم: { $title }
}
mail-survey-invitation-lead = { $reminder ->
    [true] سألناكم قبل أيام أن تجيبوا عن استبيان «{ $title }» من { $city }. كل إجابة تُحسب، وما زال هناك وقت.
   *[false] وقع عليكم الاختيار لاستبيان «{ $title }» من { $city }. نرجو أن تجيبوا عنه بأنفسكم.
}
mail-survey-invitation-privacy = { $confidential ->
    [true] إجابتكم سرية: تُحفظ صلة بهذه الدعوة مدةً ثم تُمحى، وتذكر الصفحة الأولى حتى متى.
   *[false] تُخزَّن إجابتكم دون اسمكم، ولا شيء مما يُخزَّن يؤدي منها إليكم.
}
mail-survey-invitation-until = حتى: { $until }
mail-survey-invitation-link = الإجابة عن الاستبيان
mail-survey-invitation-once = { $reminder ->
    [true] إن كنتم قد أجبتم في هذه الأثناء فشكرًا لكم، ولا شيء آخر عليكم.
   *[false] هذا الرابط لكم وحدكم. نرجو ألا تعطوه لغيركم.
}
mail-survey-invitation-stop = لا مزيد من الرسائل عن استبيانات هذه المدينة
