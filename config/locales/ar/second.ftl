# العامل الثاني: مفاتيح المرور ورموز الاسترداد والخطوة الثانية من تسجيل الدخول.

second-factor-title = العامل الثاني
second-account = مع مفتاح مرور لا يدخل أحد حسابكم بكلمة المرور وحدها.
second-open = عرض العامل الثاني
second-what = يحفظ مفتاحَ المرور جهازٌ من أجهزتكم: هاتف أو حاسوب أو مفتاح يوصل بالحاسوب. وهو يفتح حسابكم مع كلمة المرور ببصمتكم أو وجهكم أو رمز الجهاز، وهي لا تغادر الجهاز أبدا.
second-required = دوركم يتطلبه: فمن يدخل باسمكم يرى أسماء الآخرين.
second-passkeys = مفاتيح المرور
second-none = لا شيء. كلمة المرور وحدها تفتح حسابكم. وعند إضافة أول مفتاح ينتهي دخولكم في كل مكان آخر، ومعه رموز البرامج كلها.
second-since = أُضيف في { $at }
second-used = آخر استخدام { $on }
second-used-never = لم يُستخدم
second-remove = إزالة
second-remove-title = إزالة «{ $name }»
second-remove-text = لن يفتح هذا الجهاز حسابكم بعد الآن. ومع إزالة آخر مفتاح تنتهي رموز الاسترداد أيضا، وتكفي كلمة المرور وحدها.
second-removed = أُزيل «{ $name }».
second-added = أُضيف مفتاح المرور. ستسجلون الدخول به في المرة القادمة.
second-add-title = إضافة مفتاح مرور
second-add = إضافة مفتاح المرور
second-name = اسم مفتاح المرور
second-name-hint = لتتعرفوا على الجهاز لاحقا، مثل «الهاتف».
second-name-usual = جهازي
second-continue = متابعة
second-confirm = تأكيد
second-impossible = يُوصل إلى هذه الخدمة برقم أو دون https. لا توفر المتصفحات مفاتيح المرور إلا حيث يكون للعنوان اسم وhttps، ويمكن لمشغّل الخدمة ضبط ذلك.
second-device-title = الآن جهازكم
second-device-lead = يطلب المتصفح من جهازكم مفتاح المرور «{ $name }».
second-failed = لم يقدم الجهاز مفتاح مرور. حاولوا مرة أخرى، أو استخدموا جهازا أو متصفحا آخر.
second-codes = رموز الاسترداد
second-codes-title = رموز الاسترداد الخاصة بكم
second-codes-left = { $count ->
    [0] لم يبق أي رمز.
    [one] بقي رمز واحد.
    [two] بقي رمزان.
    [few] بقيت { $count } رموز.
    [many] بقي { $count } رمزا.
   *[other] بقي { $count } رمز.
 }
second-codes-few = أنشئوا رموزا جديدة قبل أن تحتاجوا إليها.
second-codes-new = إنشاء رموز جديدة
second-codes-new-title = إنشاء رموز استرداد جديدة
second-codes-new-text = تحصلون على عشرة رموز جديدة، وتنتهي الرموز التي لديكم.
second-codes-once = هذه هي المرة الوحيدة التي ترونها فيها. اطبعوها أو اكتبوها الآن.
second-codes-lead = يفتح كل رمز حسابكم مرة واحدة مع كلمة المرور إن لم يكن جهازكم في متناولكم. احفظوها في غير المكان الذي تحفظون فيه كلمة المرور.
second-codes-done = لقد حفظتها

second-title = الخطوة الثانية
second-lead = كلمة المرور صحيحة يا { $name }. بقيت خطوة واحدة.
second-passkey = بمفتاح المرور
second-passkey-use = استخدام مفتاح المرور
second-script = يحتاج مفتاح المرور إلى برنامج نصي لا يشغّله هذا المتصفح هنا. استخدموا رمز استرداد.
second-script-set-up = يحتاج مفتاح المرور إلى برنامج نصي لا يشغّله هذا المتصفح هنا. اسمحوا به أو استخدموا متصفحا آخر.
second-code = برمز استرداد
second-code-label = رمز الاسترداد
second-code-hint = عشرون حرفا ورقما. يعمل كل رمز مرة واحدة.
second-code-use = استخدام الرمز
second-code-none = لم يبق لديكم رمز استرداد.
second-lost = لا مفتاح ولا رمز؟ يمكن لمشغّل هذه الخدمة أن يلغي العامل الثاني لحسابكم.
second-begin-again = البدء من جديد
second-set-up-title = إضافة مفتاح مرور
second-set-up-lead = كلمة المرور صحيحة يا { $name }. دوركم يتطلب عاملا ثانيا: أضيفوا مفتاح مرور فتدخلوا.
second-reset = إلغاء العامل الثاني
second-reset-text = لمن فقد مفاتيح المرور والرموز، بعد أن تتأكدوا من هوية الطالب. عندئذ تكفي كلمة المرور وحدها إلى أن يُضاف مفتاح مرور. وينتهي كل دخول إلى الحساب، والبرامج كذلك. ويُبلّغ صاحب الحساب بالبريد.
second-reset-done = أُلغي العامل الثاني.

people-verb-second-factor-ask = تقديم كلمة المرور وطلب العامل الثاني
people-verb-session-confirm = تسجيل الدخول بالعامل الثاني
people-verb-session-set-up = إضافة أول مفتاح مرور وتسجيل الدخول
people-verb-passkey-add = إضافة مفتاح مرور
people-verb-passkey-remove = إزالة مفتاح مرور
people-verb-recovery-code-make = إنشاء رموز استرداد جديدة
people-verb-second-factor-reset = إلغاء العامل الثاني لشخص

error-second-factor-needed = لهذا الحساب عامل ثان. أرسلوا أحد رموز الاسترداد أيضا، أو استخدموا رمز خدمة.
error-second-factor-missing = يجب أن يكون لهذا الحساب عامل ثان. سجلوا الدخول عبر الصفحات وأضيفوه.
error-step-ended = استغرق ذلك وقتا طويلا، أو كثرت الإجابات الخاطئة. يرجى البدء من جديد.
error-own-second-factor = هذا عاملكم الثاني أنتم. أزيلوا مفاتيح المرور من صفحة حسابكم بكلمة المرور، أو اطلبوا ذلك من مشغّل آخر.
error-last-passkey = دوركم يتطلب مفتاح مرور. أضيفوا مفتاحا آخر قبل إزالة هذا.
error-passkeys-impossible = تحتاج مفاتيح المرور إلى عنوان له اسم وhttps.
error-passkey-refused = لم يكن هذا أحد مفاتيح المرور الخاصة بكم، أو لم يكن لهذا الدخول. يرجى المحاولة مرة أخرى.
error-passkey-known = مفتاح المرور هذا معروف بالفعل.
error-passkey-needs-script = يحتاج مفتاح المرور إلى برنامج نصي لا يشغّله هذا المتصفح هنا.
error-passkey-first = تحل رموز الاسترداد محل مفتاح المرور. أضيفوا مفتاحا أولا.
error-too-many-passkeys = لديكم { $max } مفاتيح مرور. يرجى إزالة أحدها أولا.
error-wrong-recovery-code = ليس هذا أحد رموز الاسترداد الخاصة بكم، أو أنه استُخدم من قبل.

mail-account-notice-subject = { $what ->
    [passkey_added] أُضيف مفتاح مرور إلى حسابكم
    [passkey_removed] أُزيل مفتاح مرور من حسابكم
    [recovery_code_used] فُتح حسابكم برمز استرداد
    [recovery_codes_made] رموز استرداد جديدة لحسابكم
    [second_factor_reset] أُلغي العامل الثاني لحسابكم
   *[program_added] يمكن الآن لبرنامج أن يعمل باسمكم
 }
mail-account-notice-lead = { $what ->
    [passkey_added] في { $at } ({ $time_zone }) أُضيف مفتاح مرور إلى حسابكم في ستوا: { $name }.
    [passkey_removed] في { $at } ({ $time_zone }) أُزيل مفتاح مرور من حسابكم في ستوا: { $name }.
    [recovery_code_used] في { $at } ({ $time_zone }) سجّل أحدهم الدخول إلى حسابكم في ستوا بكلمة مروركم ورمز استرداد. الرموز الباقية: { $name }.
    [recovery_codes_made] في { $at } ({ $time_zone }) أُنشئت رموز استرداد جديدة لحسابكم في ستوا، ولم تعد الرموز السابقة تعمل.
    [second_factor_reset] في { $at } ({ $time_zone }) ألغى مشغّل ستوا مفاتيح المرور ورموز الاسترداد الخاصة بكم. كلمة المرور وحدها تفتح حسابكم إلى أن تضيفوا مفتاح مرور.
   *[program_added] في { $at } ({ $time_zone }) سُمح لبرنامج بالدخول إلى حسابكم في ستوا: { $name }.
 }
mail-account-notice-unexpected = لم تكونوا أنتم؟ غيّروا كلمة مروركم وسجلوا الخروج من كل مكان، فينتهي بذلك وصول البرامج أيضا، وراجعوا مفاتيح المرور.
mail-account-notice-open = افتحوا حسابكم
