# Surveys: what citizens read first, then what offices read.

# Citizens
surveys-next = متابعة
surveys-back = رجوع
surveys-submit = إرسال إجاباتي
surveys-change = تعديل
surveys-guidance = المزيد عن هذا السؤال
surveys-more = بناءً على إجابتكم، في هذه الصفحة ما هو جديد أو ما تغيّر. يُرجى النظر فيها مرة أخرى.
surveys-check-title = راجعوا إجاباتكم
surveys-check-text = لم يُرسَل شيء بعد، وما زال بإمكانكم تعديل أي إجابة.
surveys-who-asks = من يسأل
surveys-who-asks-text = { $city }، ضمن «{ $round }» التي تنظر فيها المدن في كيفية تعلّم الناس.
surveys-how-long = كم يستغرق
surveys-what-is-kept = ما الذي يُحفظ
surveys-kept-anonymous-open = إجاباتكم واليوم واللغة. لا اسم ولا عنوان ولا جهاز ولا ساعة: لا شيء يربط إجابة بكم. وما تكتبونه بكلماتكم يُحفظ كما هو، فيُرجى ألا تذكروا اسم أحد.
surveys-kept-anonymous-invitation = إجاباتكم واليوم واللغة، والمجموعة التي سُحبتم منها إن لم تكن صغيرة. ويُحفظ أن دعوتكم أُجيب عنها بصورة لا يقرؤها إلا هذا الاستبيان وحتى إغلاقه، كي يُجاب عن كل دعوة مرة واحدة؛ ولا شيء يربط إجاباتكم بها أو بكم. وما تكتبونه بكلماتكم يُحفظ كما هو، فلا تذكروا اسم أحد.
surveys-kept-confidential-invitation = إجاباتكم واليوم واللغة، مربوطة بدعوتكم حتى { $day }: حتى ذلك اليوم يمكن لمن يدير قاعدة البيانات أن يعرف أي الإجابات إجاباتكم. وبعده تُمحى قائمة المدعوين ومعها كل صلة. وما تكتبونه بكلماتكم يُحفظ كما هو.
surveys-where-results = أين ستظهر النتائج
surveys-where-results-text = في ملف { $city } على هذا الموقع إذا احتُسب الاستبيان فيه وعند نشره: نسب ومتوسطات لجميع الإجابات معًا، لا إجابات شخص بعينه.
surveys-whom-to-ask = من يمكن سؤاله
surveys-ask-sender = من أعطاكم عنوان هذه الصفحة.
surveys-start = ابدأوا
surveys-final-anonymous-open = بعد الإرسال لا يمكن تعديل الإجابات أو سحبها، لا منكم ولا من غيركم: فهي تُحفظ دون أي شيء يربطها بكم، ولا يستطيع أحد العثور على إجاباتكم من جديد.
surveys-final-anonymous-invitation = متى أُرسلت الإجابات فلا يمكن لكم ولا لأحد تعديلها أو سحبها: لا شيء يربطها بكم، ولا يستطيع أحد أن يجد إجاباتكم من جديد.
surveys-final-confidential-invitation = متى أُرسلت الإجابات فهي تُحسب. ويمكنكم حتى إغلاق الاستبيان أن تجيبوا من جديد بالدعوة نفسها، فتحل إجاباتكم الجديدة محل هذه.
surveys-how-long-text = { $minutes ->
    [1] نحو دقيقة واحدة
    [2] نحو دقيقتين
    [3] نحو 3 دقائق
    [4] نحو 4 دقائق
    [5] نحو 5 دقائق
    [10] نحو 10 دقائق
   *[other] نحو { $minutes } دقيقة
}. عدد الأسئلة: { $questions } على الأكثر. الوقت محسوب من الأسئلة ولم يُقَس.
surveys-resume = المتابعة برمز
surveys-keep = حفظ والمتابعة لاحقًا
surveys-keep-title = حُفظت إجاباتكم
surveys-keep-code = هذا رمزكم. لا يظهر إلا هنا والآن:
surveys-keep-until = تُحفظ حتى { $day } أو إلى أن ترسلوها
surveys-keep-write-down = دوّنوه أو اطبعوا هذه الصفحة أو التقطوا صورة لها. فمن دون الرمز لا يستطيع أحد استعادة إجاباتكم، لا أنتم ولا القائمون على الاستبيان.
surveys-keep-come-back = للمتابعة اختاروا «المتابعة برمز» في الصفحة الأولى من الاستبيان:
surveys-keep-encrypted = تُحفظ مشفّرة ودون اسم، وتُحذف عند إرسالها أو عند انتهاء المدة. ومن لديه الرمز يستطيع قراءتها والمتابعة مكانكم.
surveys-keep-go-on = المتابعة الآن
surveys-keep-again = المحاولة مرة أخرى
surveys-keep-not-title = تعذّر حفظ إجاباتكم
surveys-keep-too-often = حُفظت إجابات كثيرة جدًا من شبكتكم خلال الساعة الماضية. لم يضِع شيء مما كتبتموه: تابعوا الآن، أو حاولوا مرة أخرى بعد ساعة.
surveys-keep-full = الإجابات المحفوظة لهذا الاستبيان كثيرة ولم يعد هناك متسع. لم يضِع شيء مما كتبتموه: يُرجى المتابعة الآن وإرسال إجاباتكم.
surveys-keep-unavailable = لا يمكن حفظ شيء في هذه اللحظة. لم يضِع شيء مما كتبتموه: تابعوا الآن، أو حاولوا مرة أخرى بعد دقيقة.
surveys-resume-title = المتابعة برمز
surveys-resume-text = اكتبوا الرمز الذي حصلتم عليه عندما اخترتم «حفظ والمتابعة لاحقًا»، لتعودوا إلى الصفحة التي كنتم فيها.
surveys-resume-code = الرمز
surveys-resume-hint = عشرون حرفًا ورقمًا في مجموعات من أربعة، مثل 7KQ2-MX4D-90PT-3WB6-1ZEK. لا فرق بين الأحرف الكبيرة والصغيرة.
surveys-resume-go = متابعة
surveys-resume-anew = إلى الصفحة الأولى
surveys-resume-no-code = هذا ليس رمزًا: حرف ناقص أو زائد أو مختلف. يُرجى مقارنة كل حرف بما دوّنتموه. رمز الإيصال ليس رمزًا للمتابعة.
surveys-resume-nothing = لا شيء محفوظ تحت هذا الرمز. إما أن الإجابات أُرسلت، أو انقضت 30 يومًا، أو أن الرمز لاستبيان آخر. وإذا لم ترسلوها فيُرجى البدء من جديد.
surveys-resume-too-often = وردت من شبكتكم رموز كثيرة لا تفتح شيئًا. يُرجى الانتظار ساعة ثم كتابة رمزكم مرة أخرى؛ تبقى إجاباتكم في مكانها.
surveys-leave = حذف إجاباتي والمغادرة
surveys-kiosk-text = يستخدم هذا الجهاز أشخاص كثيرون. لا يبقى عليه شيء من إجاباتكم: فهي تزول عنه عند إرسالها أو عند المغادرة.
surveys-kiosk-over = انتهت الزيارة السابقة ولم يعد يظهر منها شيء. وما أُرسل قد وصل.
surveys-kiosk-soon = تُخلي هذه الصفحة المكان للشخص التالي خلال { $seconds } ثانية.
surveys-kiosk-unattended = إذا لم يتابع أحد خلال { $minutes } دقيقة تُخلي هذه الصفحة المكان للشخص التالي.
surveys-kiosk-next = الشخص التالي
surveys-sending = تُرسَل إجاباتكم الآن.
surveys-waiting = لا يوجد اتصال. تنتظر إجاباتكم في هذه الصفحة وتُرسَل تلقائيًا حالما يعود الاتصال؛ اتركوا الصفحة مفتوحة. ولن تُحفظ مرتين.
surveys-trying = محاولة جديدة.
surveys-offline = لا يوجد اتصال. تبقى إجاباتكم في هذه الصفحة؛ اضغطوا الزر مرة أخرى عند عودة الاتصال.
surveys-live = بناءً على إجابتكم تغيّرت الأسئلة في هذه الصفحة.
surveys-own = هذا جهازي: احفظوا إجاباتي في هذا المتصفح إلى أن تُرسَل
surveys-own-hint = من دون العلامة لا يبقى هنا شيء. لا تضعوها إذا كان غيركم يستخدم الجهاز.
surveys-own-back = في هذا المتصفح إجابات محفوظة لم تُرسَل بعد.
surveys-own-go = المتابعة بها
surveys-own-drop = حذفها من هذا المتصفح
surveys-idle-title = هل ما زلتم هنا؟
surveys-idle-text = وإلا فستُحذف إجاباتكم من هذا الجهاز. الثواني المتبقية:
surveys-idle-here = ما زلت هنا
surveys-too-large-title = النص أطول مما يمكن استقباله
surveys-too-large-text = لم يُحفظ شيء ولم يضِع شيء: عودوا إلى الصفحة السابقة حيث ما زالت إجاباتكم، واختصروا أطول نص. يمكن أن تبلغ الإجابات معًا 100,000 حرف.
surveys-unreadable-title = في إجاباتكم ما لا يمكن قراءته
surveys-unreadable-text = لم يُحفظ شيء ولم يضِع شيء: عودوا إلى الصفحة السابقة حيث ما زالت إجاباتكم. قد يحوي النص المنسوخ من مكان آخر علامات لا تُرى؛ يُرجى كتابته بدلًا من نسخه.
surveys-unanswered = بلا إجابة
surveys-unavailable = ليس مؤكدًا أن إجاباتكم قد حُفظت. يُرجى الانتظار قليلًا ثم الضغط على الزر مرة أخرى: لن تُحفظ مرتين.
surveys-crowded-title = وصلت إجابات كثيرة جدًا من شبكتكم خلال هذه الساعة
surveys-crowded-text = لم تُحفظ إجاباتكم بعد، ولم يضِع منها شيء. اتركوا هذه الصفحة مفتوحة واضغطوا الزر مرة أخرى في الساعة القادمة، أو استخدموا اتصالًا آخر مثل بيانات هاتفكم.
surveys-day = اليوم
surveys-month = الشهر
surveys-year = السنة
surveys-hour = الساعة (من 0 إلى 23)
surveys-minute = الدقيقة
surveys-rank = أعطوا كل بند رقمًا: 1 للأهم و{ $last } للأقل أهمية.
surveys-closed-title = أُغلق هذا الاستبيان
surveys-closed-text = شكرًا لاهتمامكم. لم تعد الإجابات تُستقبل، ولم يُحفظ شيء.
surveys-closed-kept = لم تعد الإجابات تُستقبل. لم يُحفظ ما كتبتموه، وهو معروض هنا لكي تحتفظوا بنسخة منه.
surveys-not-yet-title = لم يُفتح هذا الاستبيان بعد
surveys-not-yet-text = نرجو العودة بعد قليل.
surveys-broken-title = لم تعد هذه الصفحة صالحة
surveys-broken-text = الصفحة قديمة جدًا أو تغيّر جزء منها في الطريق. لم يُحفظ شيء، ونرجو البدء من جديد.
surveys-already-title = أُرسلت إجابات من هذه الصفحة من قبل
surveys-already-text = تبقى الإجابات الأولى كما هي ولم تتغيّر. وإذا كانت هذه إجابات شخص آخر، فيُرجى مراجعتها هنا ثم إرسالها.
surveys-blank-title = لم تجيبوا عن أي سؤال بعد
surveys-blank-text = نرجو الإجابة عن سؤال واحد على الأقل. وإن لم ترغبوا في المشاركة فأغلقوا هذه الصفحة: لم يُخزَّن شيء.
surveys-late-title = هذه الصفحة من يوم سابق
surveys-late-text = إذا كنتم قد أرسلتم إجاباتكم من قبل فقد وصلت، ولا حاجة إلى أي شيء آخر. وإلا فيُرجى مراجعتها هنا ثم إرسالها.
surveys-begin-again = البدء من الصفحة الأولى
surveys-thanks-title = شكرًا لكم، وصلت إجاباتكم
surveys-thanks-receipt = رمز الإيصال الخاص بكم هو
surveys-thanks-text = دوّنوه أو التقطوا صورة له. يبيّن الإيصال أن إجاباتكم وصلت، ولا يكشف عمّا أجبتم به.
surveys-thanks-check = يمكنكم الرجوع إليه في أي وقت:
surveys-receipt-link = التحقق من إيصال
surveys-receipt-title = التحقق من إيصال
surveys-receipt-text = اكتبوا الرمز الذي حصلتم عليه بعد إرسال إجاباتكم. سترون في أي يوم وصلت ولأي استبيان؛ أما الإجابات نفسها فلا تُعرض على أحد.
surveys-receipt-code = رمز الإيصال
surveys-receipt-hint = عشرون حرفًا ورقمًا، مثل 7KQ2M-X4D90-PT3WB-61ZEK.
surveys-receipt-check = تحقّق
surveys-receipt-found = وصلت إجاباتكم بتاريخ { $day }:

# Offices: surveys
surveys-title = الاستبيانات
surveys-survey = استبيان
surveys-new = إصدار استبيان
surveys-new-title = إصدار استبيان
surveys-issue = إصدار
surveys-issued = صدر الاستبيان. افتحوه عندما تريدون استقبال الإجابات.
surveys-cancel = إلغاء
surveys-city = المدينة
surveys-round = الجولة
surveys-state = الحالة
surveys-state-draft = لم يُفتح بعد
surveys-state-open = مفتوح
surveys-state-closed = مغلق
surveys-questionnaire = نموذج الأسئلة
surveys-questionnaire-hint = لا تُصدر إلا نماذج الأسئلة المنشورة.
surveys-responses = الردود
surveys-counted = حتى نهاية { $day }، بعد التقريب إلى الأدنى
surveys-where = المدينة والجولة
surveys-closes-on = اليوم الأخير
surveys-closes-on-hint = تُستقبل الإجابات حتى منتصف الليل في نهاية هذا اليوم بتوقيت المدينة، ويمكنكم أيضًا إغلاق الاستبيان يدويًا.
surveys-contact = من يمكن للمواطنين سؤاله
surveys-contact-hint = اسم مع عنوان أو رقم هاتف، كما تعرضه الصفحة الأولى من الاستبيان. وإذا تركتموه فارغًا ظهر عنوان هذا الموقع.
surveys-contact-none = عنوان هذا الموقع
surveys-contact-title = من يمكن للمواطنين سؤاله
surveys-contact-save = حفظ
surveys-contact-saved = ستعرض الصفحة الأولى من الاستبيان ذلك في غضون دقيقة.
surveys-empty-heading = لا توجد استبيانات بعد
surveys-empty-text = أصدروا نموذج أسئلة لمدينة لتحصلوا على رابطه وملصقه وتقديراته.
surveys-agency-lead = الاستبيانات التي كُلّفتم بإجرائها. افتحوا أحدها لتجدوا رابطه وملصقه وعدد من أجابوا. يُدخل الباحثون الإجابات عبر الرابط أيضًا، ولا يمكن حتى الآن تسليم ملفات إجابات.
surveys-empty-text-reader = سترون الاستبيان هنا فور إصداره لمدينتكم.
surveys-no-instruments-heading = لا يوجد نموذج أسئلة منشور
surveys-no-instruments-text = استوردوا نموذجًا وانشروه، أو استخدموا النموذج المرفق مع ستوا.
surveys-no-places-heading = لا تشارك أي مدينة في جولة بعد
surveys-no-places-text = أضيفوا مدينة إلى جولة أولًا، ثم يمكن إصدار استبيان لها.
surveys-to-rounds = الجولات
surveys-link = رابط المواطنين
surveys-link-kiosk = على جهاز يستخدمه كثيرون، كجهاز لوحي في مكتبة، افتحوا هذا العنوان:
surveys-link-text = يستطيع كل من لديه الرابط أن يجيب دون حساب. ضعوه في الرسائل والبريد والملصقات.
surveys-poster = الملصق
surveys-poster-back = العودة إلى الاستبيان
surveys-poster-text = اطبعوا هذه الصفحة؛ لن يُطبع سوى الملصق.
surveys-poster-heading = كيف تتعلّمون في { $city }؟
surveys-poster-invite = شاركوا في استبيان التعلّم في مدينتنا. لن يستغرق سوى دقائق قليلة.
surveys-poster-promise = تُحفظ إجاباتكم دون أسمائكم، ولا حاجة إلى حساب.
surveys-poster-until = يمكنكم الإجابة حتى { $day }.
surveys-close = إغلاق الاستبيان
surveys-open-draft = فتح الاستبيان
surveys-open-open = إعادة فتح الاستبيان
surveys-open-closed = إعادة فتح الاستبيان
surveys-opened = فُتح في
surveys-closes = يُغلق في
surveys-ended = انقضى يومه الأخير أو أُغلقت جولته.
surveys-opened-flash = الاستبيان مفتوح.
surveys-closed-flash = أُغلق الاستبيان ولن تُستقبل إجابات أخرى، ويجري حساب تقديراته.
surveys-round-closed = الجولة مغلقة. افتحوا الجولة قبل فتح استبياناتها.
surveys-days = الردود حتى نهاية كل يوم
surveys-by-language = بحسب اللغة
surveys-by-language-text = بخطوات كاملة من { $step }، أو بدقة بعد إغلاق الاستبيان إذا بلغت كل لغة هذا العدد.
surveys-strata-others = كل الباقين معًا
surveys-fewer-than = أقل من { $step }
surveys-days-text = تُعدّ بعد منتصف الليل وتُقرَّب إلى الأدنى إلى مضاعفات { $step }. ولا يُقال عن استبيان مفتوح أي شيء آخر.
surveys-date = اليوم
surveys-estimates = التقديرات
surveys-computed = حُسبت في { $at } من { $count } من الردود.
surveys-stands = منذ ذلك الحين وصل أو تغيّر أقل من { $limit } ردود لإحدى هذه القيم، فبقيت كما كانت كي لا يكشف أي فرق إجابة شخص بعينه.
surveys-not-computed = تعذّر حساب التقديرات. يرى المشغّل السبب ويستطيع إعادة المحاولة.
surveys-computing = يجري حساب التقديرات
surveys-estimates-caption = ما تقوله الردود عن كل مقياس
surveys-measure = المقياس
surveys-value = القيمة
surveys-interval = فترة الثقة 95 %
surveys-n = عدد المجيبين
surveys-suppressed = محجوب: أجاب أقل من { $limit } أشخاص.
surveys-suppressed-note = تُحجب النتائج المبنية على أقل من { $limit } أشخاص كي لا يمكن التعرّف على أحد.
surveys-undefined-nobody = لم يُجب أحد بعد.
surveys-undefined-not-closed = لم يُغلق الاستبيان بعد. تُحسب التقديرات من جميع الردود عند إغلاقه.
surveys-undefined-being-computed = أُغلق الاستبيان، ويجري حساب تقديراته.
surveys-undefined-no-spread = جميع الإجابات متطابقة أو تكاد، فلا يظهر فيها أي تفاوت.
surveys-undefined-not-relied-on = الرابط المفتوح يسأل من يرغب في الإجابة. لا يُعدّ تقديرًا رسميًا ما لم يقرّر منسّق احتسابه.
surveys-undefined-too-alike = سيكشف عن أشخاص أقل من الحد: فقلة منهم فقط تختلف عن البقية أو عن مؤشر آخر.
surveys-undefined-one-unit = إجابة واحدة، أو موقع واحد من العيّنة، لا يُظهر أي تفاوت.
surveys-undefined-lonely-psu = جزء من العيّنة مؤلف من موقع واحد، فلا يظهر فيه أي تفاوت.
surveys-undefined-zero-denominator = مجموع ما يُقسَم عليه صفر.
surveys-undefined-too-large = الأعداد أكبر من أن تُجمع.
surveys-undefined-not-computable = لا يمكن تقديره من هذه الإجابات.
surveys-undefined-dominated = إجابة واحدة بعيدة عن كل ما سواها إلى حدّ أن المتوسط يكشف ما قاله شخص واحد.
surveys-undefined-not-released = ليست هذه التقديرات جزءًا من النتائج التي صدرت. تُعرض حين تصدر نتائج تحتسبها.
surveys-no-interval = لا توجد
surveys-no-measures = لا يغذّي هذا النموذج أي مقياس.
surveys-figure-desc = { $value }، فترة الثقة 95 %: { $interval }

# Offices: questionnaires
surveys-instruments-title = نماذج الأسئلة
surveys-instruments-empty = لا يوجد نموذج أسئلة بعد.
surveys-instrument-new = استيراد نموذج أسئلة
surveys-instrument-default = إضافة نموذج ستوا
surveys-instrument-default-text = يأتي ستوا بنموذج أسئلة للمواطنين يغطي جميع مقاييس السمات الرئيسية التي تُسأل في الاستبيانات.
surveys-instrument-title = العنوان
surveys-instrument-name = الاسم
surveys-instrument-name-hint = الاسم الذي يستخدمه الزملاء؛ أما المواطنون فيرون العنوان.
surveys-instrument-version = الإصدار
surveys-instrument-state-draft = مسودة
surveys-instrument-state-published = منشور
surveys-instrument-languages = اللغات
surveys-instrument-questions = عدد الأسئلة
surveys-instrument-hash = البصمة، لمقارنة النسخ
surveys-instrument-hash-text = إذا تطابقت بصمتا نموذجين (SHA-256) فهما متطابقان حرفًا حرفًا.
surveys-import = استيراد
surveys-download = تنزيل أو طباعة
surveys-download-text = كما يقبلها الاستيراد: عدّلوها في برنامج جداول واستوردوها باسم آخر أو إصدار آخر.
surveys-example = مثال
surveys-example-text = نموذج الأسئلة الذي يأتي مع ستوا، ورقة ورقة، لتبدؤوا منه.
surveys-import-text = نموذج الأسئلة هو ملف XLSForm: مصنف، أو أوراقه كملفات CSV. الاستيراد باسم مسودة موجودة يستبدلها.
surveys-import-errors = ما ينبغي تصحيحه
surveys-import-errors-text = تُعدّ الصفوف كما في جدول البيانات، وصف العناوين هو الصف 1.
surveys-imported = حُفظ نموذج الأسئلة.
surveys-sheet = الورقة
surveys-row = الصف
surveys-column = العمود
surveys-what = الخطأ
surveys-sheet-survey = ورقة «survey»
surveys-sheet-choices = ورقة «choices»
surveys-sheet-settings = ورقة «settings»
surveys-sheet-measures = المقاييس
surveys-sheet-measures-hint = الأعمدة measure وquestion وstatistic وpositive وdomain: ما يُقدَّر من الإجابات. ويمكن للسؤال أن يذكر ذلك بنفسه في الأعمدة measure وstatistic وpositive وdomain من ورقة survey.
surveys-publish = نشر
surveys-publish-text = نرجو قراءته مرة أخرى. النموذج المنشور لا يتغيّر أبدًا، وتصبح التصحيحات إصدارًا جديدًا.
surveys-published = نُشر نموذج الأسئلة.
surveys-page-n = الصفحة { $n }
surveys-condition-page = لا تظهر هذه الصفحة للجميع
surveys-condition = لا يُطرح هذا السؤال على الجميع
surveys-constraint = لا تُقبل كل إجابة
surveys-only-if = فقط إذا تحقق هذا الشرط:
surveys-must = تُقبل الإجابة إذا تحقق هذا الشرط:
surveys-required = الإجابة لازمة
surveys-measures = المقاييس
surveys-measures-text = ما يُقدَّر من الإجابات
surveys-question = السؤال
surveys-statistic = الإحصاء
surveys-statistic-proportion = نسبة من أجابوا
surveys-statistic-mean = المتوسط
surveys-domain = من يُحتسب
surveys-domain-all = الجميع
surveys-domain-some = ليس الجميع
surveys-kind-text = نص
surveys-kind-integer = عدد صحيح
surveys-kind-decimal = عدد
surveys-kind-select-one = اختيار واحد
surveys-kind-select-multiple = عدة اختيارات
surveys-kind-rank = ترتيب
surveys-kind-range = عدد على مقياس
surveys-kind-date = تاريخ
surveys-kind-month = شهر وسنة
surveys-kind-year = سنة
surveys-kind-time = وقت
surveys-kind-dateTime = تاريخ ووقت
surveys-kind-note = نص للقراءة
surveys-kind-acknowledge = مربع تأشير
surveys-kind-calculate = محسوب
surveys-kind-hidden = مخفي
surveys-kind-metadata = لا يُجمع

# Errors in sheets
surveys-sheet-errors-more = { $count ->
    [one] توجد خلية أخرى خاطئة، وستظهر بعد تصحيح ما سبق.
    [two] توجد خليتان أخريان خاطئتان، وستظهران بعد تصحيح ما سبق.
    [few] توجد { $count } خلايا أخرى خاطئة، وستظهر بعد تصحيح ما سبق.
   *[other] يوجد { $count } من الخلايا الأخرى الخاطئة، وستظهر بعد تصحيح ما سبق.
}
surveys-sheet-error-not-utf8 = الخلية ليست نصًا بأي ترميز معروف هنا. احفظوا الورقة كملف CSV بترميز UTF-8.
surveys-sheet-error-too-large = الورقة أو الخلية أكبر من المسموح.
surveys-sheet-error-missing-column = ينقص عمود.
surveys-sheet-error-unknown-column = هذا العمود غير مدعوم.
surveys-sheet-error-duplicate-column = هذا العمود مكرر.
surveys-sheet-error-language-without-tag = اكتبوا اللغة مع رمزها، مثل label::English (en).
surveys-sheet-error-cell-without-header = الخلية في عمود بلا عنوان.
surveys-sheet-error-open-quote = فُتحت هنا علامة اقتباس ولم تُغلق.
surveys-sheet-error-extra-row = في هذه الورقة صف واحد فقط تحت العناوين.
surveys-sheet-error-missing-type = النوع ناقص.
surveys-sheet-error-unknown-type = هذا النوع من الأسئلة غير مدعوم.
surveys-sheet-error-missing-name = الاسم ناقص.
surveys-sheet-error-invalid-name = لا يمكن استعمال هذا الاسم؛ وما يجوز في الأسماء مذكور بجانبه.
surveys-sheet-error-duplicate-name = هذا الاسم مكرر.
surveys-sheet-error-missing-label = النص الظاهر ناقص.
surveys-sheet-error-missing-calculation = العملية الحسابية ناقصة.
surveys-sheet-error-missing-list = قائمة الاختيارات ناقصة.
surveys-sheet-error-unknown-list = لا توجد قائمة اختيارات بهذا الاسم.
surveys-sheet-error-duplicate-choice = هذا الاختيار مكرر.
surveys-sheet-error-space-in-choice = لا يجوز أن يحتوي اسم الاختيار هنا على مسافات.
surveys-sheet-error-unbalanced-group = المجموعة لم تُفتح أو لم تُغلق.
surveys-sheet-error-invalid-expression = تعذّرت قراءة التعبير.
surveys-sheet-error-unknown-reference = يشير هذا إلى سؤال غير موجود.
surveys-sheet-error-circular-reference = يعتمد هذا على نفسه.
surveys-sheet-error-not-for-this-type = لا يتوافق هذا مع نوع السؤال.
surveys-sheet-error-invalid-parameter = تعذّرت قراءة المعلمات.
surveys-sheet-error-invalid-value = هذه القيمة غير ممكنة هنا.
surveys-sheet-error-no-questions = لا تحتوي الورقة على أي سؤال.
surveys-sheet-error-unknown-question = لا يوجد سؤال بهذا الاسم.
surveys-sheet-error-unknown-statistic = الإحصاء إما proportion أو mean.
surveys-sheet-error-missing-levels = تحتاج النسبة إلى الخيارات التي تُحتسب.
surveys-sheet-error-unknown-choice = لا يوجد في السؤال اختيار بهذا الاسم.
surveys-sheet-error-duplicate-measure = هذا المقياس مكرر.
surveys-sheet-error-cell-error = تعرض ورقة العمل خطأً في هذه الخلية.
surveys-sheet-error-repeats = الأقسام المتكررة لا تُطرح هنا.
surveys-sheet-error-media = الصور والأصوات وسائر الملفات لا تُطلب ولا تُعرض هنا.
surveys-sheet-error-geo = المواقع على الخريطة لا تُطرح هنا.
surveys-sheet-error-not-a-workbook = هذا ليس مصنف ‎.xlsx‎ أو ‎.xls‎، ولا CSV، ولا نموذج أسئلة بصيغة JSON.
surveys-sheet-error-damaged = الملف تالف. افتحوه في برنامج جداول واحفظوه من جديد.
surveys-sheet-error-protected = الملف يطلب كلمة مرور. احفظوه من دونها.
surveys-sheet-error-missing-sheet = لا توجد في المصنف ورقة باسم survey.
surveys-sheet-note-left-out = تُرك جانبًا كما طلبتم.
surveys-sheet-note-not-used = قُبل ولكن لا يُستعمل.
surveys-sheet-note-differs = في الهواتف ونماذج الويب الأخرى تُحسب هذه الإجابة بطريقة أخرى.
surveys-sheet-note-unknown-measure = لا يوجد هذا المقياس في أي إطار هنا، فلن يظهر في أي ملف؛ تحققوا من صحة رمزه.
surveys-sheet-note-guessed-encoding = الملف ليس بترميز UTF-8؛ تحققوا من صحة جميع الحروف.
surveys-file-xlsx = XLSForm، مصنف (‎.xlsx)
surveys-file-xml = XForm لتطبيقي KoboCollect و ODK Collect ‏(‎.xml)
surveys-file-json = صيغة Stoa الخاصة (‎.json)
surveys-print = على الورق
surveys-print-back = العودة إلى نموذج الأسئلة
surveys-print-text = اطبعوا هذه الصفحة من المتصفح.
surveys-print-several = يمكن اختيار عدة إجابات.
surveys-print-rank = اكتبوا رقمًا بجانب كل منها: 1 للأول.
surveys-print-date = اليوم، الشهر، السنة
surveys-print-month = الشهر، السنة
surveys-print-year = السنة
surveys-print-time = الساعة (من 0 إلى 23)، الدقيقة
surveys-print-date-time = اليوم، الشهر، السنة، الساعة (من 0 إلى 23)، الدقيقة
surveys-workbook = نموذج الأسئلة كمصنف
surveys-workbook-hint = ملف XLSForm ‏(‎.xlsx أو ‎.xls) بأوراق survey و choices و settings، وربما measures؛ أو نموذج أسئلة أصدرته Stoa بصيغة JSON.
surveys-sheets-instead = أوراق بصيغة CSV بدلًا من ذلك
surveys-sheets-hint = مفصولة بفواصل أو فواصل منقوطة أو علامات جدولة، بترميز UTF-8 أو ترميز شائع آخر.
surveys-leave-out = ما لا تطرحه أي صفحة
surveys-leave-out-hint = الأقسام المتكررة والصور والأصوات والملفات والمواقع على الخريطة. كل صف يُترك يُذكر في قائمة، ولا يجوز أن يشير إليه شيء آخر.
surveys-leave-out-do = تركه وأخذ الباقي
surveys-leave-out-advice = يمكن ترك بعض هذا جانبًا: اختاروا الملف من جديد وضعوا علامة على «تركه وأخذ الباقي». وعندها يُذكر ما في الباقي من أخطاء.
surveys-imported-noted = نموذج الأسئلة هنا كمسودة. انظروا في قائمة ما لم يُؤخذ كما كان.
surveys-note = ما آل إليه
surveys-notes = ما لم يُؤخذ كما كان
surveys-notes-text = حسب صفوف الملف المستورد
error-workbook-and-sheets = اختاروا مصنفًا أو أوراقًا بصيغة CSV، لا كليهما.

# Errors in fields
error-not-on-step = يُرجى اختيار عدد يبدأ من { $start } وبخطوات مقدارها { $step }.
error-nothing-answered = لا إجابة هنا. نرجو الإجابة عن سؤال واحد على الأقل.
error-too-much = يجوز أن تبلغ جميع الإجابات معًا 100000 حرف. يُرجى اختصار هذه الإجابة.
error-incomplete-rank = يُرجى إعطاء كل بند رقمًا خاصًا به بدءًا من 1.
error-constraint = هذه الإجابة غير مناسبة. يُرجى التحقق منها.
error-unknown-question = لا يوجد في الاستبيان سؤال بهذا الاسم.
error-bad-once = يُرجى استخدام { $min } إلى { $max } من أحرف ASCII الظاهرة.
error-bad-receipt = يتكوّن الإيصال من عشرين حرفًا ورقمًا، مثل 7KQ2M-X4D90-PT3WB-61ZEK. يُرجى مقارنته بإيصالكم.
error-no-such-receipt = لا توجد إجابات بهذا الإيصال. يُرجى مقارنة كل حرف.
error-instrument-not-published = يُرجى اختيار نموذج أسئلة منشور.
error-instrument-published = هذا الإصدار منشور ولا يتغيّر أبدًا. يُرجى إعطاء الجديد رقم إصدار آخر.
error-wrong-sheets = في الأوراق أخطاء، وكل منها مذكور بصفه وعموده.
error-mode-not-available = يمكن إصدار الاستبيانات برابط مفتوح أو بدعوات، ولا يمكن ذلك حتى الآن عن طريق وكالة.
error-closes-too-late = يمكن أن يبقى الاستبيان مفتوحا حتى { $last } على الأكثر.
error-in-the-past = يُرجى اختيار يوم لم ينقضِ بعد.
surveys-held-back = تُعرض التقديرات هنا عند إصدار نتائج المدينة.

# Whether a survey counts for the results of its city.
surveys-reliance = قيمة التقديرات
surveys-relied-on = تُحتسب في نتائج المدينة
surveys-not-relied-on = لا تُحتسب في نتائج المدينة
surveys-reliance-open-link = الرابط المفتوح يسأل من يرغب في الإجابة، ويمكن للشخص نفسه أن يجيب أكثر من مرة. تقديراته تصف من أجابوا، لا سكان المدينة.
surveys-reliance-invitation = دُعي أشخاص من عيّنة، ويمكن لكل منهم أن يجيب مرة واحدة.
surveys-reliance-agency = تُجري وكالة مقابلات مع أشخاص من عيّنة.
surveys-reliance-decided = قرّر منسّق ذلك في { $at }، والسبب:
surveys-reliance-settled = نتائج المدينة صادرة وتبقى كما هي.
surveys-rely-yes = احتساب التقديرات
surveys-rely-no = عدم احتساب التقديرات
surveys-rely-hint = مثلًا: من الذين وصل إليهم الاستبيان، ولماذا لا يوجد ما هو أفضل. يقرأ السبب كل من يرى هذا الاستبيان، ويذكر ملف المدينة أنكم اخترتم ذلك.
surveys-relied-on-flash = تُحتسب التقديرات في نتائج المدينة.
surveys-not-relied-on-flash = لم تعد التقديرات تُحتسب في نتائج المدينة.
error-results-released = نتائج المدينة صادرة وتبقى كما هي.

# Below the choices of a question with a long list.
surveys-choices-more = { $count ->
    [one] وخيار واحد آخر
    [two] وخياران آخران
    [few] و{ $count } خيارات أخرى
    [many] و{ $count } خيارا آخر
   *[other] و{ $count } خيار آخر
}
# خروج الإجابات.
surveys-sealed = أُغلق نهائيًا: لن يُفتح مرة أخرى، ويمكن أخذ إجاباته.
surveys-sealed-flash = أُغلق الاستبيان نهائيًا، ويمكن الآن أخذ إجاباته.
surveys-seal = إغلاق نهائي
surveys-seal-lead = لا تخرج الإجابات واحدة واحدة من Stoa إلا بعد إغلاق الاستبيان نهائيًا.
surveys-seal-text = الاستبيان الذي أُغلق نهائيًا لا يفتحه أحد بعد ذلك: فلو أُعدّ ملف قبل وصول إجابة واحدة وملف بعدها لكشف الفرق تلك الإجابة. من يريد إجابات أخرى يُصدر استبيانًا آخر.
surveys-seal-others = على أحد منسّقي الجولة أن يغلق الاستبيان نهائيًا أولًا.
surveys-exports-title = أخذ الإجابات
surveys-exports-lead = في الملف صف لكل رد، دون يومه ولغته ودون أي شيء يقود إلى من أجاب. وترتيب الصفوف لا يدل على شيء. ويُسجَّل في سجل التدقيق من طلب أي ملف.
surveys-exports-files = ملفاتكم
surveys-exports-files-text = لا يراها غيركم، وتُحذف بعد يوم من إعدادها.
surveys-exports-look = تحديث الحالة
surveys-export-format = نوع الملف
surveys-export-csv = CSV
surveys-export-xlsx = Excel
surveys-export-sav = SPSS
surveys-export-about-csv = نص يقرؤه أي برنامج، بأسماء الاختيارات
surveys-export-about-xlsx = مصنّف، ودليل الرموز في ورقته الثانية
surveys-export-about-sav = بتسميات المتغيرات والقيم؛ وتقرؤه أيضًا R وStata وPython
surveys-export-language = لغة التسميات
surveys-export-language-hint = تبقى الإجابات كما أُعطيت.
surveys-export-own-words = الإجابات بكلمات الناس
surveys-export-own-words-hint = قد تذكر أسماء أشخاص، وتقف بجانب كل ما أجاب به الشخص نفسه. خذوها فقط إن لم يكن عنها غنى؛ وللقراءة وحدها هناك القائمة أدناه.
surveys-export-own-words-yes = ضعوها في الملف أيضًا
surveys-export-with-own-words = مع الإجابات بكلمات الناس
surveys-export-warning = قد تكشف صفوف الإجابات من يكون شخص ما بما يندر اجتماعه. احفظوا الملف حيث لا يقرؤه غيركم، ولا تسلّموه لأحد، واحذفوه متى انتهيتم.
surveys-export-new = إعداد ملف
surveys-export-make = إعداد الملف
surveys-export-asked = يجري إعداد الملف. انظروا مرة أخرى بعد قليل.
surveys-export-there = طلبتم هذا الملف من قبل، وهو في قائمتكم.
surveys-export-state-waiting = ينتظر
surveys-export-state-running = قيد الإعداد
surveys-export-state-ready = جاهز
surveys-export-state-failed = توقفت المحاولة
surveys-export-failed-text = تعذّر إعداد الملف. يرى المشغّل السبب ويمكنه طلب محاولة أخرى.
surveys-export-night = تفقد إجابات اليوم الأخير ترتيبها ليلًا، ويُعدّ الملف بعد السادسة صباحًا بتوقيت المدينة.
surveys-export-percent = { $n }٪
surveys-export-rows = { $n ->
    [one] صف واحد
    [two] صفان
    [few] { $n } صفوف
    [many] { $n } صفًا
   *[other] { $n } صف
}
surveys-export-kilobytes = { $size } كيلوبايت
surveys-export-megabytes = { $size } ميغابايت
surveys-export-ends = يُحذف في
surveys-export-not-asked = لم يُسأل
surveys-export-not-answered = لم يُجب
surveys-export-chosen = اختير
surveys-export-not-chosen = لم يُختر
surveys-texts-title = بكلمات الناس
surveys-texts-lead = ما كتبه الناس جوابًا عن سؤال، دون أي شيء آخر أجابوا به، وبترتيب لا يدل على شيء. قد يذكر أسماء أشخاص: لا تنقلوا ما يذكرها. وكل اطّلاع مسجَّل في سجل التدقيق.
surveys-texts-read = قراءتها
surveys-texts-find = ما يحتوي على هذا فقط
surveys-texts-show = عرض
surveys-texts-all = { $n ->
    [0] لم يكتب أحد شيئًا.
    [one] كتب شخص واحد شيئًا.
    [two] كتب شخصان شيئًا.
    [few] كتب { $n } أشخاص شيئًا.
    [many] كتب { $n } شخصًا شيئًا.
   *[other] كتب { $n } شخص شيئًا.
}
surveys-texts-found = المطابق { $n } من { $of }.
surveys-texts-times = (عدد المرات: { $n })
surveys-texts-none = لا يحتوي هذا النموذج على سؤال يجيب عنه الناس بكلماتهم.
surveys-codebook = دليل الرموز
surveys-codebook-text = ما تعنيه أعمدة الإجابات الخارجة: الأسئلة والقيم ورموزها ومتى يُطرح السؤال. وDDI هو الشكل الذي تقبله أرشيفات البيانات (DDI-Codebook 2.5).
error-survey-sealed = أُغلق هذا الاستبيان نهائيًا ولن يُفتح مرة أخرى. أصدروا استبيانًا آخر.
error-survey-not-sealed = لا تخرج الإجابات إلا بعد إغلاق الاستبيان نهائيًا.
error-survey-takes-answers = ما زال الاستبيان يستقبل الإجابات. أغلقوه أولًا.
error-estimates-not-ready = ما زال حساب التقديرات جاريًا. يرجى المحاولة بعد قليل.
error-estimates-stand = منذ حساب التقديرات وصل عدد من الردود أقل من الحد. وقد يكشفها ملف، فلا يُعدّ ملف.
error-too-few-responses = وصل عدد من الردود أقل من الحد لهذا النوع من الاستبيانات. ولكي لا يُعرف أحد، لا يوجد ملف.
error-export-not-ready = ما زال إعداد الملف جاريًا. يرجى النظر مرة أخرى بعد قليل.
error-too-large-for-workbook = الإجابات أو الأعمدة أكثر مما يتسع له المصنّف. يرجى اختيار CSV أو SPSS.

# إصدارات النموذج ولغاته.
surveys-instrument-state-retired = متوقف
surveys-languages-text = كم من النصوص (العناوين والتلميحات والرسائل والخيارات وعنوان النموذج) متوفر في كل لغة. وحيث ينقص نص، يقرأ المواطنون اللغة الأساسية.
surveys-language-default = الأساسية
surveys-language-there = { $n } من { $of } نصًا
surveys-language-lacks = { $n ->
    [one] ينقص نص واحد
    [two] ينقص نصان
    [few] تنقص { $n } نصوص
   *[other] ينقص { $n } نصًا
}
surveys-language-lacks-more = { $n ->
    [one] ونص آخر
    [two] ونصان آخران
    [few] و{ $n } نصوص أخرى
   *[other] و{ $n } نصًا آخر
}
surveys-versions = الإصدارات
surveys-version-day = منذ
surveys-version-this = (هذا الإصدار)
surveys-version-begin = بدء إصدار آخر
surveys-version-begin-text = مسودة بالمحتوى نفسه. حرّروا نصوصها في صفحاتها، أو استوردوا بنيتها من جديد بالاسم والإصدار نفسيهما.
surveys-version-label = رقم إصدارها
surveys-version-begun = أُنشئت المسودة بالمحتوى نفسه.
surveys-retire = إيقاف الإصدار
surveys-retire-text = لن يمكن إصدار استبيان آخر بهذا الإصدار. تستمر الاستبيانات التي تستخدمه، ويمكن استعادته.
surveys-retired = أُوقف الإصدار. تستمر الاستبيانات التي تستخدمه.
surveys-retired-text = هذا الإصدار متوقف: لا يمكن إصدار استبيان آخر به.
surveys-restore = استعادة
surveys-restored = يمكن إصدار الاستبيانات بهذا الإصدار من جديد.
error-instrument-is-draft = المسودة ليست إصدارًا بعد. لا يُوقف ولا يُستعاد إلا ما نُشر.
error-instrument-retired = هذا الإصدار متوقف. استعيدوه أو ابدؤوا إصدارًا آخر.
error-version-taken = يوجد إصدار بهذا الاسم. يُرجى إعطاء الجديد اسمًا آخر.
surveys-preview = معاينة كما يراها المواطنون
surveys-preview-banner = هذه معاينة.
surveys-preview-banner-text = لا يُحفظ شيء مما تكتبونه هنا.
surveys-preview-back = العودة إلى النموذج
surveys-preview-end = تنتهي المعاينة هنا
surveys-preview-end-text = هنا يقرأ المواطنون أن إجاباتهم وصلت، ويحصلون على إيصال. لم يُحفظ شيء، ولا يوجد إيصال.
surveys-preview-again = البدء من جديد
surveys-difference-title = ما الذي اختلف
surveys-difference-from = مقارنةً بالإصدار
surveys-difference-show = مقارنة
surveys-difference-none = لا يوجد إصدار سابق للمقارنة به.
surveys-difference-nothing = لا اختلاف.
surveys-difference-texts = اختلفت الكلمات فقط.
surveys-difference-texts-text = يمكن جمع إجابات الإصدارين معًا، ويمكن لاستبيان مفتوح أن ينتقل إلى الأحدث.
surveys-difference-keeps = يُسأل عن الأمر نفسه.
surveys-difference-keeps-text = يمكن جمع إجابات الإصدارين معًا. لكن لغةً حُذفت أو صار يُقدَّر شيء آخر من الإجابات، فلا ينتقل إليه أي استبيان مفتوح.
surveys-difference-structure = يُسأل عن شيء آخر.
surveys-difference-structure-text = إجابات أحد الإصدارين ليست إجابات عن الآخر. تستمر الاستبيانات المفتوحة كما هي، ويحتاج الإصدار الجديد إلى استبيان آخر.
surveys-difference-languages-added = لغات أُضيفت:
surveys-difference-languages-removed = لغات حُذفت:
surveys-difference-added = أُضيف
surveys-difference-removed = حُذف
surveys-difference-moved = تغيّر موضعه
surveys-difference-changed = يُسأل بطريقة أخرى
surveys-difference-worded = كلمات أخرى
surveys-difference-before = قبل
surveys-difference-after = الآن
surveys-difference-more = { $n ->
    [one] اختلاف آخر غير معروض.
    [two] اختلافان آخران غير معروضين.
    [few] { $n } اختلافات أخرى غير معروضة.
   *[other] { $n } اختلافًا آخر غير معروض.
}
error-no-version-before = لا يوجد إصدار سابق بهذا الاسم. يُرجى تسمية الإصدار المراد المقارنة به.
surveys-wording-edit = تحرير النصوص
surveys-wording-read = قراءة النصوص
surveys-wording-part = الجزء { $n } من { $of }
surveys-texts-of = النصوص: { $language }
surveys-wording-how = اتركوا فارغًا ما لا نص له بهذه اللغة؛ تحلّ اللغة الأساسية محله. تُقتبس الإجابة هكذا ⁦${ "{" }name{ "}" }⁩، وتُكتب الكلمات **بارزة** أو *مؤكدة*.
surveys-wording-published = ما نُشر لا يتغيّر أبدًا. ابدؤوا إصدارًا آخر لتحرير نصوصه.
surveys-wording-save = حفظ
surveys-wording-save-next = حفظ ومتابعة
surveys-wording-saved = حُفظت النصوص.
surveys-wording-stale = غيّر شخص آخر بعض هذه النصوص
surveys-wording-stale-text = ما كتبتموه ما زال هنا، وبجانبه ما حُفظ في هذه الأثناء؛ احفظوا مرة أخرى ليحلّ نصكم محله.
surveys-wording-stored = حُفظ في هذه الأثناء:
surveys-wording-gone = لم يعد في النموذج مثل هذه النصوص
surveys-wording-form-title = العنوان
surveys-wording-group = القسم
surveys-wording-label = السؤال
surveys-wording-hint = التلميح
surveys-wording-guidance-hint = إرشادات إضافية
surveys-wording-required-message = إذا لم يُجب عنه
surveys-wording-constraint-message = إذا لم تناسب الإجابة
surveys-wording-choice = الخيار
surveys-language-add = إضافة لغة
surveys-language-tag = رمزها أو اسمها
surveys-language-tag-hint = مثل fr أو pt-BR أو Kiswahili.
surveys-language-added = أُضيفت اللغة. والآن نصوصها.
error-no-such-text = ليس في النموذج مثل هذا النص.
error-quotes-no-question = { $name } لا يقتبس أي سؤال من هذا النموذج.
error-open-reference = تبدأ الإجابة المقتبسة بـ ⁦${ "{" }⁩ وينقصها ⁦{ "}" }⁩.
error-open-mark = علامة لم تُغلق: { $mark }
error-telling-link = عنوان الرابط يقتبس إجابة، ومن يتبعه يكشفها للموقع الآخر. اقتبسها في كلمات الرابط.
error-default-language-lacks = تحتاج اللغة الأساسية إلى هذا النص.
error-instrument-not-draft = ما نُشر لا يتغيّر أبدًا. ابدؤوا إصدارًا آخر.
# إصدارات نموذج الاستبيان.
surveys-editions-title = إصدارات نموذج الأسئلة
surveys-editions-lead = يمكن تصحيح كلمات استبيان مفتوح: ينتقل إلى إصدار أحدث من نموذجه يختلف في الكلمات فقط. وتعرف الإجابات على أي إصدار أُعطيت.
surveys-edition = الرقم
surveys-edition-since = يُجاب عنه منذ
surveys-edition-first = البداية
surveys-revise = الانتقال إلى إصدار أحدث
surveys-revise-text = لا يجوز أن تختلف إلا الكلمات: نصوص الأسئلة والتلميحات والرسائل واللغات المضافة. يُجاب عنه من اليوم التالي بتوقيت المدينة، ويُكمل من هو في وسط الإجابة.
surveys-revise-none = لا يوجد إصدار منشور أحدث من النموذج.
surveys-revised = ينتقل الاستبيان إلى الإصدار. من اليوم المذكور في القائمة يُسأل بكلماته.
error-not-a-version = يُرجى اختيار إصدار من النموذج نفسه.
error-version-not-newer = يُرجى اختيار إصدار أحدث من إصدار الاستبيان.
error-version-asks-otherwise = يختلف هذا الإصدار في أكثر من الكلمات: يُسأل أو يُجاب أو يُقدَّر شيء آخر، أو حُذفت لغة. يحتاج إلى استبيان آخر.

# How a survey comes in.
surveys-watch-title = كيف ترد الإجابات
surveys-watch-lead = تُعدّ مرة في اليوم بعد منتصف الليل، بخطوات كاملة من { $step }: لا يمكن تمييز أحد بالنظر مرتين.
surveys-watch-days = الردود حسب اليوم
surveys-watch-days-desc = من { $first } إلى { $last }؛ في يوم واحد { $most } على الأكثر.
surveys-watch-weeks-desc = حسب الأسبوع، من { $first } إلى { $last }؛ في أسبوع واحد { $most } على الأكثر.
surveys-watch-table = جميع الأيام في جدول
surveys-watch-none = لم يُعدّ شيء بعد.
surveys-by-stratum = حسب الطبقة
surveys-watch-pages = الصفحات التي وُصل إليها
surveys-watch-pages-text = كم مرة عُرضت كل صفحة لأول مرة، حتى نهاية { $day }. حيث ينخفض العدد يغادر الناس. لا يُعدّ إلا اليوم والصفحة ولا يُعرف أحد؛ والبرامج التي تتبع الروابط تُعدّ أيضًا في الصفحة الأولى. الإجابات التي ترسلها البرامج لا تمر بأي صفحة.
surveys-watch-page = الصفحة
surveys-watch-reached = وُصل إليها
surveys-watch-page-begin = من يسأل
surveys-watch-page-check = مراجعة الإجابات
surveys-watch-page-sent = الشكر
surveys-watch-blank = أسئلة تُركت فارغة
surveys-watch-blank-text = من بين من سُئلوا، بخطوات كاملة من { $step }. السؤال الذي يتركه كثيرون فارغًا قد يكون صعب الفهم أو يطلب أكثر مما ينبغي.
surveys-watch-asked = سُئلوا
surveys-watch-left = تُرك فارغًا
surveys-watch-few = عدد المجيبين أقل من أن يُعرض

# What the responses look like.
surveys-integrity-title = سلامة الردود
surveys-integrity-lead = علامات يُنظر فيها قبل الاعتماد على هذه التقديرات. لم يُتتبَّع أحد من أجلها، ولا يثبت أي منها شيئًا. الأعداد بخطوات كاملة من { $step }، وما يقوله أقل من { $limit } من الردود محجوب.
surveys-bursts = أيام فيها ردود أكثر بكثير
surveys-bursts-text = يوم فيه ما لا يقل عن { $times } أضعاف وسيط الأيام الأخرى، ويزيد عليه بما لا يقل عن { $limit } من الردود. رسالة إلى جميع الأسر أو صحيفة أو مدرسة تبدو تمامًا كمن يملأ رابطًا مفتوحًا: انظروا ماذا حدث في ذلك اليوم.
surveys-bursts-none = لا يوم أعلى بكثير من غيره.
surveys-crowds = ردود كثيرة من عنوان واحد
surveys-crowds-text = الردود التي تتجاوز أول 200 أرسلها عنوان شبكة واحد خلال ساعة، حسب اليوم. لم يُحفظ أي عنوان. للمدرسة أو المكتبة أو شبكة الهاتف عنوان واحد لكثير من الناس، ومن يغيّر عناوينه لا يظهر هنا.
surveys-crowds-none = لا شيء، بقدر ما تُظهر الخطوات الكاملة.
surveys-same = إجابات متطابقة
surveys-same-text = الردود التي يوجد رد آخر بالإجابات نفسها تمامًا، من بين الردود التي فيها { $enough } إجابات على الأقل. القليل منها محتمل حيث يكون الاستبيان قصيرًا، والكثير قد يكون نسخًا. النسخ ذات التغييرات الصغيرة لا تُرى.
surveys-some-of = { $count } من { $of } ({ $share } %)
surveys-levels = مستوى واحد في كل الصفوف
surveys-levels-text = من اختاروا المستوى نفسه في كل صف من شبكة فيها { $rows } صفوف على الأقل. بعضهم يقصد ذلك، وإن كثروا فربما نقروا دون قراءة.
surveys-levels-none = ليس في الاستبيان شبكة كهذه يُسأل عنها الجميع.
surveys-census = مقارنة بالتعداد
surveys-census-text = حصص الردود بجانب حصص سكان المدينة. حيث تختلف، تتحدث التقديرات باسم بعضهم أكثر من غيرهم. لغة الإجابة هي التي أُجيب بها، وقد لا تكون لغة البيت.
surveys-census-language = اللغة
surveys-census-share = التعداد
surveys-census-hint = سطر لكل لغة: رمزها ثم فاصلة ثم حصتها بالمئة. مثلًا: ar, 62.5
surveys-census-save = حفظ الحصص
surveys-census-flash = حُفظت الحصص.
error-not-a-share = السطر { $line } ليس اسمًا وفاصلة وحصة بين 0 و100، أو يذكر شيئًا مرتين.
error-shares-beyond-all = مجموع الحصص أكثر من 100 %.
