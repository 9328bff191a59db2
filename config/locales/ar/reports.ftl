reports-title = التقارير
reports-to-begin = تقارير لم تبدأ بعد
reports-begun = تقاريركم
reports-begin = بدء التقرير
reports-empty-heading = لا توجد تقارير بعد
reports-empty-text = عندما تُفتح جولة تشارك فيها مدينتكم يظهر تقريرها هنا.
reports-overview-title = تقرير { $city }
reports-state = الحالة
reports-state-draft = مسودة
reports-state-submitted = مقدَّم
reports-state-returned = أُعيد للتعديل
reports-late = متأخر
reports-due = الموعد النهائي
reports-sections = الأقسام
reports-statistics = الإحصاءات
reports-of = { $done } من { $of }
reports-progress-sections = { $done } من { $of } من الأقسام
reports-progress-statistics = { $done } من { $of } من الإحصاءات
reports-progress-all = أُنجز { $done } من { $all } من المهام
reports-lead = املؤوا الأقسام والإحصاءات بأي ترتيب، وحدكم أو مع زملائكم. يبقى ما تحفظونه مسودة حتى تقدّموه. ويمكن لمنسقي الجولة الاطلاع عليها وعلى ملفاتها منذ الآن، أما الخبراء فلا.
reports-tasks = ما ينبغي ملؤه
reports-task-empty = لم يبدأ
reports-task-over = تجاوز الحد
reports-task-written = مكتوب
reports-task-statistics = الإحصاءات الرسمية
reports-missing-count = { $count ->
    [one] بقي أمر واحد ناقص.
    [two] بقي أمران ناقصان.
    [few] بقيت { $count } أمور ناقصة.
    [many] بقي { $count } أمرا ناقصا.
   *[other] بقي { $count } أمر ناقص.
}
reports-missing-nothing = كل شيء مكتمل.
reports-see-missing = عرض ما ينقص
reports-to-submit = المراجعة والتقديم
reports-closed-heading = الجولة غير مفتوحة
reports-closed-text = لم يُقدَّم هذا التقرير. لا يمكن تغيير شيء ما دامت الجولة مغلقة.
reports-returned-heading = يرجى تعديل تقريركم
reports-returned-text = أعاد المنسق التقرير إليكم. عدّلوا ما يلزم ثم قدّموه من جديد.

# Sections
reports-section-title = { $code } { $label }
reports-section-of = القسم { $n } من { $of }
reports-section-body = النص
reports-section-empty = لم يُكتب شيء.
reports-section-saved = حُفظ القسم.
reports-save = حفظ
reports-save-next = حفظ ومتابعة
reports-stale-heading = عدّل شخص آخر هذا القسم
reports-stale-text = لم يضع شيء: ما زال نصكم في الحقل أدناه. قارنوه بالنص المحفوظ واجمعوا ما ينبغي أن يبقى ثم احفظوا.
reports-stale-stored = النص المحفوظ
reports-too-late-submitted = قُدّم التقرير أثناء كتابتكم فلم يعد تعديله ممكنا. إن كان نصكم لازما فاحتفظوا به واطلبوا من المنسق إعادة التقرير إليكم.
reports-too-late-closed = أُغلقت الجولة أثناء كتابتكم فلم يعد تعديل التقرير ممكنا. إن كان نصكم لازما فاحتفظوا به واسألوا المنسق.
reports-too-late-returned = سبقت إعادة التقرير إلى المدينة ووصلت إلى المسؤولين ملاحظة أخرى. إن كان في ملاحظتكم ما هو أكثر فاكتبوا إليهم.

# Statistics
reports-statistics-title = الإحصاءات الرسمية: { $area }
reports-statistics-of = الإحصاءات الرسمية، الصفحة { $n } من { $of }
reports-statistics-lead = أدخلوا أحدث قيمة رسمية والسنة التي تخصها والجهة التي نشرتها، مثل مكتب الإحصاء الوطني. يمكنكم حفظ جزء منها والعودة لاحقا.
reports-statistics-saved = حُفظت الإحصاءات.
reports-statistics-stale = عدّل شخص آخر هذه الإحصاءات. ما كتبتموه ما زال هنا، وحيث يختلف تجدون القيمة المحفوظة بجانبه. احفظوا مرة أخرى لإبقاء قيمكم.
reports-statistics-stored = حُفظ في هذه الأثناء
reports-measure = المقياس
reports-value = القيمة
reports-unit = الوحدة
reports-year = السنة
reports-source = المصدر
reports-not-available = غير متاح
reports-not-available-hint = ليست لدى المدينة هذه القيمة. يمكنكم ذكر السبب في الحقل أعلاه.
reports-unit-percent = ٪
reports-unit-per-100000 = لكل 100,000
reports-unit-per-1000 = لكل 1,000
reports-unit-ppp-dollars = دولار (تعادل القوة الشرائية)
reports-unit-years = سنوات
reports-unit-tonnes = طن
reports-unit-kilograms = كغ
reports-unit-ratio = نسبة
reports-unit-visits-per-month = زيارات في الشهر
reports-unit-score-1-5 = من 1 إلى 5
reports-unit-level-0-4 = المستوى من 0 إلى 4

# Evidence
reports-evidence = الأدلة
reports-evidence-section = أدلة هذا القسم
reports-evidence-whole = أدلة التقرير كله
reports-evidence-none = لا توجد ملفات بعد.
reports-evidence-choose = إضافة ملفات
reports-evidence-hint = ‏PDF أو PNG أو JPEG أو نص أو CSV أو Word أو Excel، حتى { $most } ميغابايت لكل ملف. تُحذف أسماء المؤلفين حيث تسمح الصيغة بذلك، وقد تبقى في ملفات PDF المضغوطة أو الموقّعة. ويُنزع ما قد يعمل من تلقاء نفسه عند فتح الملف، أو يُرفض الملف. والملف الذي تحذفونه يُمحى فورا ما لم يذكره تقرير مقدَّم.
reports-evidence-upload = رفع
reports-evidence-remove = حذف
reports-evidence-added = أُضيفت الأدلة.
reports-evidence-added-less = أُضيفت الأدلة، ونُزع منها شيء كي يفتحها الخبراء بأمان؛ وهو مذكور عند الملف.
reports-evidence-there = هذا الملف موجود في التقرير من قبل، فلم يُحفظ مرة أخرى.
reports-evidence-removed = حُذف الملف من المسودة.
reports-taken-out = نُزع منه:
# Between two things that were taken out.
reports-taken-and = ؛
reports-taken-template = رابط إلى قالب خارجي
reports-taken-picture = رابط إلى صورة خارجية
reports-taken-link = رابط إلى ملف آخر
reports-taken-object = كائن أو ملف مضمَّن
reports-taken-field = حقل يقرأ من ملف آخر
reports-taken-connection = اتصال ببيانات خارجية
reports-taken-extension = أزرار أو أجزاء من برنامج آخر
reports-taken-formula = صيغ في الخلايا، وقد صارت نصا

# Submitting
reports-check-title = المراجعة والتقديم
reports-check-missing = { $count ->
    [one] بقي أمر واحد ناقص. يمكن تقديم التقرير عند اكتماله.
    [two] بقي أمران ناقصان. يمكن تقديم التقرير عند اكتمالهما.
    [few] بقيت { $count } أمور ناقصة. يمكن تقديم التقرير عند اكتمالها.
    [many] بقي { $count } أمرا ناقصا. يمكن تقديم التقرير عند اكتمالها.
   *[other] بقي { $count } أمر ناقص. يمكن تقديم التقرير عند اكتمالها.
}
reports-check-complete = كل شيء مكتمل.
reports-check-late = انقضى الموعد النهائي. ما زال التقديم ممكنا، وسيوسم التقرير بأنه متأخر.
reports-check-freeze = بعد التقديم لا يمكن تغيير شيء إلا إذا أعاد المنسق التقرير. يصل إيصال بالبريد إلى جميع مسؤولي المدينة.
reports-submit = تقديم التقرير
reports-back = العودة إلى التقرير
reports-gap-section-missing = لا نص بعد
reports-gap-too-many-words = { $count } من { $max } كلمة
reports-gap-statistic-missing = لا قيمة بعد
reports-gap-year-missing = السنة ناقصة
reports-gap-source-missing = المصدر ناقص
reports-submitted = قُدّم التقرير. شكرا لكم.
reports-submitted-before = قُدّم هذا التقرير من قبل. هذا إيصاله.

# Submissions
reports-submission = مقدَّم
reports-submission-title = التقرير المقدَّم من { $city }
reports-submission-at = التقديم رقم { $number }،
reports-submission-read = قراءة التقرير المقدَّم
reports-submission-returned = أعاد المنسق هذا التقرير.
reports-submission-continue = متابعة التقرير
reports-superseded = حل محل هذا التقديم تقديم أحدث.
reports-receipt = الإيصال
reports-hash = رمز التحقق (SHA-256)
reports-prompt-show = ما السؤال؟
reports-others = تقديمات أخرى
reports-return = إعادة التقرير إلى المدينة
reports-return-note = ماذا ينبغي أن تعدّل المدينة؟
reports-return-hint = يصل هذا النص بالبريد إلى مسؤولي المدينة ويرونه فوق تقريرهم.
reports-at-work = الخبراء العاملون عليه
reports-at-work-counts = مدعو: { $invited }، قبِل: { $accepted } (يكتب: { $writing })، قدّم: { $submitted }
reports-at-work-rated = { $n ->
    [0] لم يُقيَّم شيء بعد.
    [one] أُعطي تقييم واحد.
    [two] أُعطي تقييمان.
    [few] أُعطيت { $n } تقييمات.
    [many] أُعطي { $n } تقييمًا.
   *[other] أُعطي { $n } تقييم.
}
reports-at-work-cases = الخلافات: المفتوحة { $open }، المحسومة { $settled }.
reports-at-work-kept = يُبلَّغون بالبريد. تبقى التقييمات ظاهرة ما دام التقرير لدى المدينة. وحين يُقدَّم من جديد تُحفظ تقييمات الأقسام التي لم تتغير وخلافاتها المحسومة، ويُطلب تقييم الأقسام التي تغيرت من جديد.
reports-at-work-nobody = لا يعمل عليه أي خبير.
reports-return-button = إعادة
reports-returned = أُعيد التقرير إلى المدينة.

error-section-missing = النص ناقص.
error-report-incomplete = { $count ->
    [one] لم يُقدَّم التقرير: ينقصه أمر واحد.
    [two] لم يُقدَّم التقرير: ينقصه أمران.
    [few] لم يُقدَّم التقرير: تنقصه { $count } أمور.
    [many] لم يُقدَّم التقرير: ينقصه { $count } أمرا.
   *[other] لم يُقدَّم التقرير: ينقصه { $count } أمر.
}
error-section-too-long = حُفظ نصكم، لكن فيه { $count } كلمة. اختصروه إلى { $max } قبل التقديم.
error-section-changed = عدّل شخص آخر هذا القسم. لم يُحفظ شيء بعد.
error-statistics-changed = عدّل شخص آخر هذه الإحصاءات. لم يُحفظ شيء بعد.
error-statistic-missing = القيمة ناقصة.
error-year-missing = السنة ناقصة.
error-source-missing = المصدر ناقص.
error-value-and-not-available = أدخلوا قيمة أو اذكروا أنها غير متاحة، لا الأمرين معا.
error-ambiguous-number = يمكن أن يُقرأ هذا العدد بطريقتين. اكتبوا 1234 للألف وما فوق، أو 1.234 لما يزيد قليلا على واحد.
error-file-empty = الملف «{ $name }» فارغ. يرجى اختيار ملف آخر.
error-file-too-large = الملف «{ $name }» أكبر من { $max } ميغابايت. يرجى تصغيره.
error-upload-too-large = ما أرسلتموه أكبر من { $max } ميغابايت. يرجى اختيار ملف أصغر، أو إرسال الملفات واحدا واحدا.
error-file-name-mismatch = الاسم «{ $name }» لا يوافق نوع الملف. ينبغي أن ينتهي بـ ‎.{ $extension }
error-file-damaged = تعذرت قراءة الملف «{ $name }» كاملا ويبدو أنه تالف. يرجى حفظه من جديد، أو طباعته إلى PDF ورفع الناتج.
error-file-not-utf8 = الملف «{ $name }» نص، لكنه ليس بترميز UTF-8، فلا يمكن الجزم بحروفه. في Excel اختاروا «حفظ باسم» ثم «CSV UTF-8»، وفي البرامج الأخرى اختاروا الترميز UTF-8.
error-file-protected = الملف «{ $name }» مشفَّر أو يطلب كلمة مرور، فلا يستطيع أحد النظر فيه. يرجى حفظه دون حماية.
error-file-unpacks-too-large = محتوى الملف «{ $name }» بعد فك ضغطه أكبر بكثير من حجمه. يرجى تصغيره أو طباعته إلى PDF.
error-file-has-controls = يحتوي الملف «{ $name }» على عناصر ActiveX أو على جزء من برنامج آخر. يرجى إزالتها أو طباعة المستند إلى PDF.
error-file-has-live-data = يأخذ الملف «{ $name }» قيما من برنامج آخر وهو مفتوح (DDE، أو حقول تصنعها حقول أخرى). يرجى استبدالها بقيمها أو طباعة المستند إلى PDF.
error-file-fetches = في الملف «{ $name }» صيغ تجلب شيئا من مكان آخر (مثل WEBSERVICE أو IMAGE أو RTD). يرجى نسخ هذه الخلايا ولصق قيمها.
error-file-has-script = يحتوي الملف «{ $name }» على JavaScript. يرجى طباعته إلى PDF أو تصديره بصيغة PDF/A ورفع الناتج.
error-file-acts = يفعل الملف «{ $name }» شيئا عند فتحه أو الضغط عليه: يشغّل برنامجا أو يفتح ملفا آخر أو يرسل بيانات. يرجى طباعته إلى PDF أو تصديره بصيغة PDF/A ورفع الناتج.
error-file-has-attachments = في داخل الملف «{ $name }» ملفات أخرى. يرجى رفعها واحدا واحدا، ورفع هذا الملف من دونها مطبوعا إلى PDF أو مصدَّرا بصيغة PDF/A.
error-file-has-media = يحتوي الملف «{ $name }» على فيديو أو صوت أو مشاهد ثلاثية الأبعاد أو استمارة (XFA). يرجى طباعته إلى PDF أو تصديره بصيغة PDF/A ورفع الناتج.
error-evidence-withheld = ورد هذا الملف قبل أن يفحص Stoa الملفات، وفيه ما يعمل من تلقاء نفسه عند فتحه، فلا يُسلَّم. اطلبوا من المدينة نسخة خالية منه.
error-file-has-macros = يحتوي الملف «{ $name }» على وحدات ماكرو. يرجى حفظه بدونها.
error-too-many-files = يمكن أن يضم التقرير { $max } ملف على الأكثر، بما فيها المحذوفة.
