# People: signing in, passwords, accounts, roles, the audit, the first start.

nav-account = حسابكم
nav-audit = سجل التدقيق

error-password-too-short = يرجى استخدام { $min } حرفا على الأقل. جملة لا تخطر إلا ببالكم يسهل تذكرها.
error-password-is-email = يرجى عدم استخدام عنوان البريد الإلكتروني كلمةً للمرور.
error-passwords-differ = كلمتا المرور غير متطابقتين. يرجى كتابتهما من جديد.
error-wrong-password = هذه ليست كلمة مروركم الحالية.
error-wrong-setup-code = هذا ليس الرمز الذي طبعته الخدمة.
error-account-disabled = هذا الحساب معطّل. يمكن لمشغّل الخدمة فتحه من جديد.
error-account-erased = مُحي هذا الحساب ولا يمكن فتحه من جديد.
error-not-the-address = ليس هذا عنوان الحساب. اكتبوه كما يظهر في الأعلى.
error-audit-broken = سلسلة التدقيق مقطوعة: أحد القيود ناقص أو عُدِّل. تحققوا من السلسلة في سجل التدقيق ليتبيّن موضعه.
error-last-operator = هذا آخر مشغّل للخدمة. امنحوا هذا الدور لشخص آخر أولا.
error-scope-not-for-role = هذا الدور لا يناسب هذا الجزء من العمل. يرجى اختيار غيره.
error-unknown-scope = هذه الجولة أو المدينة أو الاستبيان غير موجود، أو ليس ضمن صلاحياتكم.
error-too-many-grants = يرجى منح 50 دورا على الأكثر دفعة واحدة.

people-email = عنوان البريد الإلكتروني
people-name = الاسم
people-language = اللغة
people-language-hint = لغة الرسائل والصفحات.
people-time-zone = المنطقة الزمنية
people-time-zone-hint = تُعرض المواعيد النهائية بحسب هذه الساعة.
people-password = كلمة المرور
people-password-new = كلمة المرور الجديدة
people-password-again = كلمة المرور نفسها مرة أخرى
people-password-hint = { $min } حرفا على الأقل. جملة قصيرة أسهل تذكرا من كلمة صعبة.
people-save = حفظ
people-cancel = إلغاء
people-role = الدور
people-scope = النطاق
people-scope-hint = لا يسري الدور إلا ضمن هذا النطاق.

# Signing in and out
people-sign-in-title = تسجيل الدخول
people-sign-in = تسجيل الدخول
people-sign-in-forgot = نسيتم كلمة المرور أو لم تكن لديكم كلمة مرور؟
people-sign-in-no-account-title = ليس لديكم حساب؟
people-sign-in-no-account = الإجابة عن استبيان لا تحتاج إلى حساب. ومن يراجع تقريرا يدخل بالرابط الوارد في الدعوة. أما مسؤولو المدن وغيرهم فيتلقون دعوة من منسق جولتهم.
people-signed-out = تم تسجيل خروجكم.
people-signed-out-everywhere = تم تسجيل خروجكم من جميع المتصفحات والبرامج.

# Passwords
people-forgot-title = تعيين كلمة مرور جديدة
people-forgot-lead = أدخلوا عنوان البريد الإلكتروني لحسابكم، وسنرسل إليه رابطا.
people-forgot-send = إرسال الرابط
people-forgot-sent-title = افتحوا بريدكم
people-forgot-sent = إن كان لهذا العنوان حساب، فقد أُرسل إليه رابط:
people-forgot-sent-hint = قد يستغرق ذلك بضع دقائق. لم يصل شيء؟ ابحثوا في البريد غير المرغوب فيه، أو تحققوا من العنوان، أو اسألوا منسق جولتكم.
people-forgot-back = العودة إلى تسجيل الدخول
people-password-first-title = مرحبا بكم في ستوا
people-password-first-lead = اختاروا كلمة مرور يا { $name }، ثم سجلوا الدخول بها.
people-password-new-title = اختيار كلمة مرور جديدة
people-password-new-lead = ستحل محل القديمة، وسيتم تسجيل خروجكم من كل مكان آخر.
people-password-for = الحساب
people-password-set-button = تعيين كلمة المرور
people-password-set = تم تعيين كلمة المرور. سجلوا الدخول بها الآن.
people-link-ended-title = انتهت صلاحية هذا الرابط
people-link-ended = إما أنه استُخدم من قبل، أو حل محله رابط أحدث، أو مضى عليه وقت طويل. الحل سهل: سنرسل رابطا جديدا إلى بريدكم الإلكتروني.
people-link-ended-action = الحصول على رابط جديد

# One's own account
people-account-title = حسابكم
people-account-details = البيانات
people-account-saved = تم حفظ حسابكم.
people-account-roles = أدواركم
people-account-roles-none-title = لا يوجد دور بعد
people-account-roles-none = يمكن للمنسق أن يمنحكم دورا. وحتى ذلك الحين لا يوجد الكثير هنا.
people-account-password = كلمة المرور
people-password-current = كلمة المرور الحالية
people-password-change = تغيير كلمة المرور
people-password-changed = تم تغيير كلمة المرور، وتم تسجيل خروجكم من كل مكان آخر.
people-account-sessions = هل سجلتم الدخول في مكان آخر؟
people-account-sessions-text = ينهي هذا جميع زياراتكم في هذا المتصفح وفي غيره، وكذلك وصول البرامج التي تعمل باسمكم.
people-sign-out-everywhere = تسجيل الخروج من كل مكان

# Accounts of others
people-list-title = الأشخاص
people-list-lead = كل من لديه حساب في الجزء الذي تتولونه من العمل.
people-list-roles = الأدوار
people-list-state = الحالة
people-list-alone-title = لا يوجد أحد آخر بعد
people-list-alone = ادعوا من تعملون معهم: مسؤولي المدن والخبراء ووكالة الاستبيان والزملاء.
people-none = لا شيء
people-invite-title = دعوة شخص
people-invite-lead = يتلقى الشخص رسالة فيها رابط لاختيار كلمة مرور. ومن لديه حساب بالفعل يُمنح الدور فقط.
people-invite = إرسال الدعوة
people-invite-no-scopes = ليس لديكم جزء من العمل يمكنكم منح أدوار فيه.
people-invited = تمت دعوة { $name }، والرسالة في طريقها.
people-invited-again = الدعوة إلى { $name } في طريقها مرة أخرى.
people-invited-untold = مُنح { $name } الدور. إن لم يكن لهذا العنوان حساب بعد، فالدعوة في طريقها.
people-had-account = لدى { $name } حساب بالفعل، وقد مُنح الدور الآن.
people-saved = تم الحفظ.
people-since = تاريخ إنشاء الحساب
people-roles-title = الأدوار
people-roles-none = ليس لهذا الشخص دور يمكنكم رؤيته.
people-grant-add-title = منح دور آخر
people-grant-add = منح الدور
people-grant-added = مُنح الدور، وهو سارٍ من الآن.
people-grant-remove = سحب
people-grant-removed = سُحب الدور، ولم يعد ساريا من الآن.
people-edit-title = الحساب
people-state = إمكانية الدخول
people-state-invited = مدعو
people-state-active = نشط
people-state-disabled = معطّل
people-state-open = مفتوح
people-state-open-hint = يمكن للشخص تسجيل الدخول.
people-state-disabled-hint = يُسجَّل خروج الشخص فورا، وتتوقف روابطه وبرامجه عن العمل. لا يُحذف شيء.
people-state-erased = ممحو

# محو حساب
people-erased-name = لم يعد هنا (رقم { $number })
people-erased-since = مُحي في
people-erased-soon = يُحذف الاسم والعنوان متى خرجت الرسالة الأخيرة، وبعد يوم على الأكثر.
people-erased-gone = حُذف الاسم والعنوان. ويبقى ما أنجزه هذا الشخص للآخرين تحت هذا الرقم.
people-erase-title = محو الحساب
people-erase-text = يزيل الاسم والعنوان وكل طريق للدخول إلى الأبد. ويبقى بلا اسم ما يعتمد عليه الآخرون.
people-erase-look = اطّلعوا على ما يزول وما يبقى
people-erase-never-back = لا رجعة في ذلك.
people-erase-goes = ما يزول
people-erase-goes-ways = فورا: كلمة المرور ومفاتيح المرور ورموز الاسترداد والجلسات والرموز والبرامج والروابط وكل الأدوار.
people-erase-goes-name = الاسم والعنوان واللغة والمنطقة الزمنية بعد رسالة أخيرة تُعلم بذلك، وبعد يوم على الأكثر.
people-erase-goes-facts = ما يُقال عن الخبير: اللغات والبلدان والمجالات وجهة العمل، وعبارات تضارب المصالح.
people-erase-goes-mails = كل رسالة إلى هذا الشخص، واسمه في الرسائل إلى غيره.
people-erase-goes-open = { $n ->
    [one] تُسحب مراجعة مفتوحة واحدة، ويُبلَّغ المنسقون بذلك.
    [two] تُسحب مراجعتان مفتوحتان، ويُبلَّغ المنسقون بذلك.
    [few] تُسحب { $n } مراجعات مفتوحة، ويُبلَّغ المنسقون بذلك.
    [many] تُسحب { $n } مراجعة مفتوحة، ويُبلَّغ المنسقون بذلك.
   *[other] تُسحب { $n } مراجعة مفتوحة، ويُبلَّغ المنسقون بذلك.
}
people-erase-stays = ما يبقى
people-erase-stays-reviews = { $n ->
    [one] مراجعة مقدَّمة واحدة، تظل محسوبة من شخص لم يعد هنا.
    [two] مراجعتان مقدَّمتان، تظلان محسوبتين من شخص لم يعد هنا.
    [few] { $n } مراجعات مقدَّمة، تظل محسوبة من شخص لم يعد هنا.
    [many] { $n } مراجعة مقدَّمة، تظل محسوبة من شخص لم يعد هنا.
   *[other] { $n } مراجعة مقدَّمة، تظل محسوبة من شخص لم يعد هنا.
}
people-erase-stays-work = ما كتبه هذا الشخص لمدينة أو جولة: التقارير والنسخ المقدَّمة والملاحظات. تبقى النصوص كما كُتبت.
people-erase-stays-audit = قيود سجل التدقيق، وهي لا تسمّي الأشخاص إلا برقم.
people-erase-stays-backups = النسخ الاحتياطية التي أُخذت قبل ذلك، وتزول بحذفها.
people-erase-confirm = عنوان الحساب
people-erase-confirm-hint = اكتبوه حتى لا يُمحى أحد سهوا.
people-erase-do = محو نهائي
people-erase-done = مُحي الحساب. ويُحذف الاسم والعنوان متى خرجت الرسالة الأخيرة.
people-account-leaving = هل تغادرون ستوا؟
people-account-leaving-text = اطلبوا ممن يشغّل هذه الخدمة محو حسابكم: يزول اسمكم وعنوانكم وكل طريق للدخول وما قيل عنكم إلى الأبد. ويصلكم بذلك بريد.
people-account-leaving-stays = ويبقى بلا اسمكم ما يعتمد عليه الآخرون: المراجعات التي قدمتموها، وما كتبتموه في التقارير، وقيود سجل التدقيق تحت رقم.
people-waiting = لم يختر هذا الشخص كلمة مرور بعد.
people-invite-again = إرسال الدعوة مرة أخرى

people-role-operator = مشغّل الخدمة
people-role-coordinator = منسق
people-role-city-officer = مسؤول مدينة
people-role-expert = خبير
people-role-agency = وكالة استبيان
people-role-analyst = محلل
people-role-hint-operator = يدير الخدمة: الأشخاص والبريد وسجل التدقيق
people-role-hint-coordinator = يدير الجولات
people-role-hint-city-officer = يجيب عن مدينة
people-role-hint-expert = يقيّم ما تقدمه المدن
people-role-hint-agency = تنفذ الاستبيانات بالتكليف
people-role-hint-analyst = يطّلع على النتائج
people-scope-instance = في كل مكان
people-scope-round = الجولة: { $name }
people-scope-city = المدينة: { $name }
people-scope-survey = الاستبيان: { $name }
people-scope-review = المراجعة: { $name }

# Audit
people-audit-title = سجل التدقيق
people-audit-lead = من فعل ماذا، والأحدث أولا. يحمل كل قيد بصمة القيد السابق، فيظهر أي قيد ناقص أو معدَّل.
people-audit-verify = هل السلسلة سليمة؟
people-audit-verify-text = يقرأ التحقق كل قيد من الأول إلى الأحدث ويحسب بصمته من جديد. إذا عُدِّل قيد أو أُزيل منذ كتابته فإنه يبيّن أول قيد منها. يستغرق ذلك بعض الوقت إذا كثرت القيود.
people-audit-verify-do = التحقق من السلسلة
people-audit-verify-again = التحقق من جديد
people-audit-holds = السلسلة سليمة: { $count ->
    [zero] لا قيود
    [one] قيد واحد
    [two] قيدان
    [few] { $count } قيود
    [many] { $count } قيدا
   *[other] { $count } قيد
 }، لا نقص فيها ولا تعديل.
people-audit-broken = السلسلة مقطوعة عند القيد { $number }: إما أنه ناقص أو أنه عُدِّل. احتفظوا بنسخة من قاعدة البيانات واعرفوا السبب قبل المتابعة.
people-audit-caption = القيود، والأوقات بتوقيت { $zone }
people-audit-at = متى
people-audit-actor = من
people-audit-verb = ماذا
people-audit-object = على ماذا
people-audit-only = القيود المتعلقة بما يلي فقط
people-audit-all = عرض جميع القيود
people-audit-stoa = ستوا نفسها
people-audit-anonymous = شخص لم يسجل الدخول
people-audit-link = عبر رابط
people-audit-withheld = محجوب عنك، لأنها لجنة مدينة ترتبط بها
people-audit-empty-title = لا شيء بعد
people-audit-empty = تظهر القيود حالما يفعل أحد شيئا.

# What was done, in the audit: one text for each verb
people-verb-account-update = تعديل الحساب الشخصي
people-verb-assignment-plan-confirm = تأكيد خطة لتوزيع التقارير
people-verb-assignment-plan-discard = تجاهل خطة لتوزيع التقارير
people-verb-assignment-plan-propose = طلب خطة لتوزيع التقارير
people-verb-city-create = إضافة مدينة
people-verb-city-update = تعديل بيانات مدينة
people-verb-conflict-declare = تسجيل تضارب مصالح
people-verb-conflict-dismiss = استبعاد تضارب مصالح
people-verb-demo-enter = الدخول في دور من أدوار العرض التجريبي
people-verb-disagreement-invite-third = دعوة خبير ثالث
people-verb-review-set-aside = استبعاد مراجعة
people-verb-review-put-back = إعادة مراجعة
people-verb-panel-move = انتقال لجنة الخبراء إلى التقديم التالي
people-verb-disagreement-open = ظهور خلاف بين الخبراء
people-verb-disagreement-resolve = حسم خلاف
people-verb-evidence-add = إضافة ملف من الأدلة
people-verb-evidence-remove = إزالة ملف من الأدلة
people-verb-expert-add = إضافة خبير
people-verb-expert-save = تعديل بيانات خبير
people-verb-framework-import = استيراد نسخة من السمات الرئيسية
people-verb-framework-publish = نشر نسخة من السمات الرئيسية
people-verb-grant-add = منح دور
people-verb-grant-remove = سحب دور
people-verb-instrument-upload = استيراد نموذج أسئلة كملف
people-verb-instrument-import = استيراد نموذج أسئلة
people-verb-instrument-publish = نشر نموذج أسئلة
people-verb-survey-revise = الانتقال إلى إصدار أحدث من نموذج أسئلة
people-verb-instrument-texts-save = تحرير نصوص نموذج أسئلة
people-verb-instrument-draft = بدء إصدار آخر من نموذج أسئلة
people-verb-instrument-retire = إيقاف نموذج أسئلة
people-verb-instrument-restore = استعادة نموذج أسئلة
people-verb-message-retry = طلب إعادة إرسال رسالة
people-verb-message-test = طلب رسالة تجريبية
people-verb-job-retry = طلب إعادة تنفيذ عمل
people-verb-participation-add = إضافة مدينة إلى جولة
people-verb-participation-remove = إخراج مدينة من جولة
people-verb-password-reset-request = طلب رابط لتعيين كلمة مرور
people-verb-password-set = تعيين كلمة مرور
people-verb-person-invite = دعوة شخص
people-verb-person-update = تعديل حساب شخص
people-verb-person-erase = محا حساب شخص
people-verb-rating-save = حفظ مسودة تقييم
people-verb-report-begin = بدء تقرير
people-verb-report-return = إعادة تقرير إلى المدينة
people-verb-report-section-save = حفظ قسم من تقرير
people-verb-report-statistic-save = حفظ إحصاء من تقرير
people-verb-report-submit = تقديم تقرير
people-verb-review-accept = قبول مراجعة
people-verb-review-assign = دعوة خبير إلى مراجعة
people-verb-review-decline = الاعتذار عن مراجعة
people-verb-review-submit = تقديم مراجعة
people-verb-review-withdraw = سحب مراجعة
people-verb-round-close = إغلاق جولة
people-verb-round-create = إعداد جولة
people-verb-round-open = فتح جولة
people-verb-round-update = تعديل جولة
people-verb-rubric-import = استيراد سلم تقييم
people-verb-session-end = تسجيل الخروج
people-verb-session-end-everywhere = تسجيل الخروج من كل مكان
people-verb-session-start = تسجيل الدخول
people-verb-setup-start = إنشاء الحساب الأول في هذه الخدمة
people-verb-response-export = طلب ملف ردود
people-verb-response-texts-read = قراءة ما كتبه الناس
people-verb-survey-close = إغلاق استبيان
people-verb-survey-reschedule = تغيير مواعيد استبيان
people-verb-invitation-import = دعوة أشخاص إلى استبيان
people-verb-invitation-correct = تصحيح عنوان أحد المدعوين
people-verb-invitation-remove = حذف شخص من قائمة المدعوين
people-verb-quota-set = تحديد عدد المجيبين من طبقة
people-verb-wave-plan = تخطيط رسائل إلى المدعوين
people-verb-wave-cancel = إلغاء رسائل إلى المدعوين
people-verb-letter-read = قراءة خطابات تحمل رموز المدعوين
people-verb-survey-issue = إصدار استبيان
people-verb-survey-open = فتح استبيان
people-verb-survey-update = تغيير من يمكن للمواطنين سؤاله عن استبيان
people-verb-survey-seal = إغلاق استبيان نهائيًا
people-verb-survey-rely = تقرير احتساب استبيان في نتائج مدينته
people-verb-survey-census = إدخال حصص التعداد بجانب استبيان
people-verb-token-issue = الحصول على وصول لبرنامج
people-verb-token-refresh = تجديد وصول برنامج
people-verb-token-revoke = إنهاء وصول برنامج

# The first start
people-setup-title = الشخص الأول
people-setup-lead = هذه الخدمة جديدة ولا حساب لأحد فيها بعد. من يبدأ يصبح منسقا ومشغّلا لها، ثم يدعو الآخرين.
people-setup-page-title = من هنا، برمز الإعداد
people-setup-code = رمز الإعداد
people-setup-code-hint = عشرة أحرف وأرقام طبعتها الخدمة في نافذة الأوامر أو السجل عند بدء تشغيلها. وهي دليل على أن الجهاز لكم.
people-setup-start = ابدؤوا
people-setup-done = مرحبا بكم. أنتم الآن منسق هذه الخدمة ومشغّلها.
people-setup-terminal-title = أو من نافذة الأوامر
people-setup-terminal = على الجهاز الذي تعمل عليه ستوا، يطبع هذا الأمر رابطا لاختيار كلمة مرور:
people-setup-terminal-name = اسمكم
people-verb-results-check = عرض مسودة النتائج على المدينة
people-verb-results-release = إصدار النتائج
people-verb-results-publish = إتاحة النتائج للجميع
people-verb-results-recall = إعادة النتائج خطوة إلى الوراء
