results-open-round = فتح الجولة
results-close-round = إغلاق الجولة
results-close-round-text = لن تقبل الاستبيانات إجابات أخرى ولا التقارير تعديلات أخرى، حتى غير المكتملة منها؛ ويستطيع الخبراء إتمام مراجعاتهم. ويمكنكم فتح الجولة من جديد.
results-edit-round = تعديل
results-round-nav = أقسام الجولة
results-tab-standing = أين وصلت
results-tab-assignments = توزيع التقارير
results-tab-agreement = الاتفاق
results-key-responses = إجابات الاستبيان
results-key-reports = التقارير المقدمة
results-key-reviews = المراجعات المقدمة
results-key-late = { $n ->
    [zero] لا متأخرة
    [one] واحدة متأخرة
    [two] اثنتان متأخرتان
   *[other] { $n } متأخرة
}
results-key-disagreements = خلافات مفتوحة
results-standing = المدن في هذه الجولة
results-col-responses = الإجابات
results-col-report = التقرير
results-col-reviews = المراجعات
results-col-next = الخطوة التالية
results-report-none = لم يبدأ
results-report-draft = قيد الإعداد
results-report-submitted = مقدم
results-report-returned = معاد
results-late = متأخر
results-late-n = { $n ->
    [one] واحدة متأخرة
    [two] اثنتان متأخرتان
   *[other] { $n } متأخرة
}
results-disagree-n = { $n ->
    [one] خلاف واحد
    [two] خلافان
    [few] { $n } خلافات
    [many] { $n } خلافا
   *[other] { $n } خلاف
}
results-reviews-cell = { $submitted } مقدمة، { $accepted } قيد العمل، { $invited } مدعوة
results-next-issue-survey = إصدار الاستبيان
results-next-invite-officer = دعوة مسؤول للمدينة
results-next-open-round = فتح الجولة
results-next-wait-for-report = بانتظار التقرير
results-next-resolve-disagreement = حل الخلاف
results-next-assign-experts = تكليف الخبراء
results-next-wait-for-reviews = بانتظار المراجعات
results-next-wait-for-third = بانتظار خبير ثالث
results-third-asked = طُلب رأي خبير ثالث:
results-third-due = حتى
results-next-read-profile = قراءة ملف المدينة
results-funnel-title = المدن على الطريق
results-funnel-desc = عدد المدن التي بلغت كل خطوة من خطوات الجولة.
results-stage-cities = تشارك
results-stage-survey = لديها إجابات
results-stage-report = قدمت التقرير
results-stage-invited = لديها خبراء
results-stage-reviewed = رُوجعت
results-no-cities-heading = لا تشارك أي مدينة بعد
results-no-cities-text = اختاروا المدن المشاركة في هذه الجولة.
results-add-city = إضافة مدينة إلى الجولة
results-more-cities = إضافة مدينة أخرى إلى ستوا
results-profiles-title = ملفات المدن
results-profiles-lead = ما هو معروف عن كل مدينة من المواطنين والخبراء والإحصاءات الرسمية. لا تُرتب المدن.
results-profiles-empty-heading = لا توجد ملفات بعد
results-profiles-empty-text = يظهر ملف المدينة فور مشاركتها في جولة.
results-profile-lead = كل رقم يبين مدى دقته ومصدره. لا تُرتَّب المدن.
results-with-value = مقاييس لها قيمة
results-temple-title = ملف المدينة على هيئة واجهة معبد
results-temple-desc = يُملأ كل جزء بنسبة مقاييسه التي لها قيمة. ولا يدل الامتلاء على جودة القيمة.
results-temple-caption = كلما امتلأ الجزء زاد عدد مقاييسه المعروفة. اختاروا جزءا لقراءته.
results-key-all = كل المقاييس لها قيمة
results-key-some = بعضها
results-key-none = لا شيء بعد
results-area-note = المقاييس التي لها قيمة: { $known } من { $all }.
results-value = القيمة
results-uncertainty = مدى الدقة
results-n = العدد
results-interval = ‏95 % بين { $low } و{ $high }
results-range = التقييمات من { $low } إلى { $high }
results-no-interval = أبلغت به المدينة؛ بلا مجال ثقة
results-as-of = كما هي في { $at }. يُعاد جمعها بعد لحظات من أي تغيير.
results-assembling = يجري جمع النتائج. انظروا مرة أخرى بعد لحظات.
results-state-missing = غير معروف بعد
results-state-awaited = ليس بعد
results-because-awaiting-report = ما زال التقرير منتظرًا. موعده النهائي: { $due }
results-because-no-report = لم يُقدَّم تقرير.
results-because-asked-again = غيّرت المدينة هذا القسم، ويُسأل خبراؤه من جديد.
results-because-unrated = لم يحدد أي خبير مستوى.
results-because-open-disagreement = الخبراء مختلفون، ولم يُحسم الخلاف بعد.
results-state-not-available = لا يوجد لدى المدينة هذا الإحصاء
results-state-suppressed = عدد المجيبين أقل من أن يُعرض
results-state-open-disagreement = الخبراء مختلفون، ولم يُحسم الخلاف بعد
results-state-undefined = غير معرّف
results-as-json = هذا الملف بصيغة JSON
results-the-survey = الاستبيان
results-mode-open-link = رابط مفتوح: كل من رغب في الإجابة
results-mode-invitation = بالدعوة: أشخاص من عيّنة
results-mode-agency = عن طريق وكالة: قوبل أشخاص من عيّنة
results-mode-chosen = باختيار المنسّق
results-passed-over = { $n ->
    [one] هناك استبيان آخر يقول شيئًا عن هذا أيضًا. تأتي العيّنة قبل الرابط المفتوح، والأحدث قبل الأقدم.
    [two] هناك استبيانان آخران يقولان شيئًا عن هذا أيضًا. تأتي العيّنة قبل الرابط المفتوح، والأحدث قبل الأقدم.
   *[other] هناك استبيانات أخرى ({ $n }) تقول شيئًا عن هذا أيضًا. تأتي العيّنة قبل الرابط المفتوح، والأحدث قبل الأقدم.
}

results-stage-assessing = قيد التقييم
results-stage-checking = قيد التحقق من الوقائع
results-stage-released = صادرة
results-stage-published = متاحة للجميع
results-stage-text-assessing = لا يرى جميع النتائج إلا منسقو الجولة. وترى المدينة إحصاءاتها.
results-stage-text-checking = يرى مسؤولو المدينة المسودة للتحقق من صحة ما فيها. وتأتي تقديرات الاستبيانات مع الإصدار.
results-stage-text-released = ترى المدينة والمحللون هذه النتائج. وستبقى كما هي.
results-stage-text-published = يستطيع الجميع رؤية هذه النتائج. وستبقى كما هي.
results-version = النسخة { $number }، صدرت في { $at }.
results-step-check = عرض المسودة على المدينة
results-step-release = إصدار النتائج
results-step-publish = إتاحة النتائج للجميع
results-step-back = إعادة النتائج خطوة إلى الوراء
results-own-city = يوجد تضارب مصالح بينكم وبين هذه المدينة، كأن تشغلوا فيها منصبًا. يقرر منسق آخر للجولة إلى أي مرحلة تصل نتائجها.
results-step-back-text = يصل السبب إلى مسؤولي المدينة بالبريد. وتُحفظ النسخ التي صدرت.
results-moved-assessing = عادت النتائج إلى التقييم، ولا يراها إلا المنسقون.
results-moved-checking = يرى مسؤولو المدينة المسودة، ويصلهم بريد بذلك.
results-moved-released = صدرت النتائج، ويصل مسؤولي المدينة بريد بذلك.
results-moved-published = أصبحت النتائج متاحة للجميع، ويصل مسؤولي المدينة بريد بذلك.
results-state-not-released = تُعرض عند إصدار النتائج
