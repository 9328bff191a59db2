nav-jobs = الأعمال
work-title = أعمال خلف الكواليس
work-lead = ما تنجزه ستوا من تلقاء نفسها بعد طلبات الناس أو إلى جانبها. يُعاد كل عمل يفشل، وما تُرك بعد محاولات كثيرة ينتظركم هنا.
work-order = ما فشل أولا، ثم ما يجري الآن، ثم ما ينتظر، ثم آخر ما أُنجز
work-mail-late = لم يخرج البريد منذ مدة. { $n ->
    [0] ينتظر بريد للمدعوين إلى استبيان كُتب في
    [one] تنتظر رسالة واحدة كُتبت في
    [two] تنتظر رسالتان كُتبت أقدمهما في
    [few] تنتظر { $n } رسائل كُتبت أقدمها في
    [many] تنتظر { $n } رسالة كُتبت أقدمها في
   *[other] تنتظر { $n } رسالة كُتبت أقدمها في
} { $since }.
work-mail-late-look = اطّلعوا على ما يقوله خادم البريد
work-kind = العمل
work-state = الحالة
work-state-waiting = ينتظر
work-state-running = قيد التنفيذ
work-state-done = أُنجز
work-state-failed = تُرك
work-due = موعده
work-outcome = النتيجة
work-attempts = { $n ->
    [one] محاولة واحدة
    [two] محاولتان
    [few] { $n } محاولات
    [many] { $n } محاولة
   *[other] { $n } محاولة
}
work-retry = نفّذوه الآن
work-retried = سيُنفَّذ بعد لحظة.
work-more = لا تظهر الأعمال الأقدم.
work-none = لا شيء للعمل
work-none-text = تظهر الأعمال هنا متى بدأتها ستوا.
work-kind-outbox = البريد: إرسال ما ينتظر في صندوق الصادر
work-outcome-outbox = { $outcome ->
    [0] لم يحن موعد أي رسالة
    [1] عولجت رسالة واحدة
   *[other] عدد الرسائل المعالَجة: { $outcome }
}
work-kind-housekeeping = الترتيب: حذف ما انقضى أجله
work-outcome-housekeeping = { $outcome ->
    [0] لا شيء للحذف
    [1] حُذف سطر واحد
   *[other] عدد الأسطر المحذوفة: { $outcome }
}
work-kind-retention = مدد الحفظ: حذف ما انقضت مدة حفظه بحسب الإعدادات مرة في اليوم
work-outcome-retention = { $outcome ->
    [0] لا شيء للحذف
    [1] حُذف سطر واحد
   *[other] عدد الأسطر المحذوفة: { $outcome }
}
work-kind-audit-check = سجل التدقيق: التحقق من السلسلة كلها مرة في اليوم
work-outcome-audit-check = { $outcome ->
    [0] لا قيود بعد
    [one] السلسلة سليمة: قيد واحد
    [two] السلسلة سليمة: قيدان
    [few] السلسلة سليمة: { $outcome } قيود
    [many] السلسلة سليمة: { $outcome } قيدا
   *[other] السلسلة سليمة: { $outcome } قيد
}
work-kind-erasure = محو حساب: يُحذف الاسم والعنوان متى خرجت الرسالة الأخيرة
work-outcome-erasure = { $outcome ->
    [waits] لم تخرج الرسالة الأخيرة بعد
    [gone] حُذف الاسم والعنوان
   *[kept] لم يُمح الحساب
}
work-kind-estimates = تقديرات استبيان أُغلق
work-outcome-estimates = { $outcome ->
    [computed] حُسبت
    [stand] تغيّر القليل فقط: بقيت التقديرات كما كانت
   *[open] الاستبيان يستقبل الإجابات
}
work-kind-waves = رسائل إلى المدعوين
work-kind-exports = ملف ردود
work-outcome-exports = { $outcome ->
    [made] أُعدّ
    [gone] لم يعد أحد ينتظره
   *[waits] ينتظر الليل الذي تفقد فيه ردود اليوم الأخير ترتيبها
}
work-kind-counts = عدّ من أجابوا عن الاستبيانات المفتوحة بعد منتصف الليل
work-outcome-counts = { $outcome ->
    [0] لم ينته أي يوم منذ ذلك الحين
    [1] عُدّ استبيان واحد
   *[other] عدد الاستبيانات المعدودة: { $outcome }
}
work-kind-days = إغلاق الأيام: إعادة كتابة إجاباتها بلا ترتيب
work-outcome-days = أُغلقت الأيام المنتهية
work-kind-results = نتائج مدينة أو جميع مدن جولة
work-outcome-results = { $outcome ->
    [0] لم تعد المدينة تشارك
    [1] جُمعت
   *[other] عدد المدن التي جُمعت نتائجها: { $outcome }
}
work-kind-agreement = اتفاق خبراء جولة
work-outcome-agreement = { $outcome ->
    [0] لا تقييمات بعد
    [1] حُسب من تقييم واحد
   *[other] عدد التقييمات التي حُسب منها: { $outcome }
}
work-error-lease-ended = فقدت كل محاولة من ينفذها: انتهت العملية في منتصفها، أو لم تُبلغ بشيء مدة طويلة.
work-error-unavailable = لم تُجب قاعدة البيانات.
work-error-other = واجه خطأ من ستوا نفسها، وهو مسجّل في السجل.
work-kind-unknown = عمل لا تعرفه هذه النسخة من ستوا: { $kind }
work-outcome-unknown = { $outcome }
work-outcome-waves = { $outcome ->
    [0] لم تكن هناك دعوة للنظر فيها
    [1] نُظر في دعوة واحدة
   *[other] عدد الدعوات التي نُظر فيها: { $outcome }
}
