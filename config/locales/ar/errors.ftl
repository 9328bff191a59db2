error-home = العودة إلى صفحة البداية
error-next = عرض الحالة الآن
error-typed = ما كتبتموه
error-typed-text = لم يُحفظ شيء مما يلي. نعرضه هنا كي لا يضيع: انسخوا ما تحتاجون إليه.
error-typed-unsure = ليس مؤكدًا أن ما يلي قد حُفظ. نعرضه هنا كي لا يضيع: راجعوا الصفحة مرة أخرى وانسخوا ما ينقصها.
error-title-400 = تعذرت قراءة الطلب
error-title-401 = يرجى تسجيل الدخول
error-title-403 = هذه الصفحة غير متاحة لكم
error-title-404 = لا يوجد شيء هنا
error-title-405 = لا يمكن ذلك هنا
error-title-408 = لم يصل هذا في الوقت المناسب
error-title-409 = هذا غير ممكن الآن
error-title-412 = سبقكم شخص آخر
error-title-413 = الحجم أكبر من المسموح
error-title-415 = هذه الصيغة غير مفهومة
error-title-422 = يرجى مراجعة ما أدخلتموه
error-title-428 = ينقص أحد التفاصيل
error-title-429 = يرجى الانتظار قليلا
error-title-500 = حدث خطأ من جانبنا
error-title-503 = يرجى المحاولة مرة أخرى بعد لحظات

error-invalid = بعض الحقول تحتاج إلى انتباهكم.
error-malformed = تعذرت قراءة الطلب.
error-unsupported-media-type = يرجى إرسال JSON ‏(application/json).
error-unauthenticated = يرجى تسجيل الدخول للمتابعة.
error-bad-credentials = عنوان البريد الإلكتروني أو كلمة المرور غير صحيح. حاولوا مرة أخرى أو عيّنوا كلمة مرور جديدة.
error-token-expired = رمز الوصول قديم. احصلوا على رمز جديد باستخدام رمز التحديث.
error-token-invalid = هذا الرمز غير صالح أو أُلغي. يرجى تسجيل الدخول من جديد.
error-forbidden = ليس لحسابكم صلاحية القيام بذلك. اطلبوها من المنسق إن احتجتم إليها.
error-csrf = هذا النموذج قديم أو ورد من موقع آخر. عودوا إلى الصفحة وأعيدوا تحميلها ثم أرسلوه مرة أخرى.
error-not-found = العنوان غير صحيح، أو انتهت صلاحية الرابط، أو أنه يخص شخصا آخر.
error-method-not-allowed = لا يمكن استخدام هذا العنوان بهذه الطريقة.
error-already-exists = يوجد بالفعل ما يحمل هذا الاسم.
error-conflict = الحالة الحالية لا تسمح بذلك. أعيدوا تحميل الصفحة لمعرفة ما تغير.
error-in-use = هذا قيد الاستخدام ولا يمكن تغييره. أنشئوا نسخة جديدة بدلا من ذلك.
error-closed = هذا مغلق. لا يمكن إرسال المزيد.
error-already-submitted = سبق تقديم هذا. التقديم الأول هو المعتمد.
error-idempotency-key-reused = استُخدم مفتاح Idempotency-Key مع طلب آخر. استخدموا مفتاحا جديدا.
error-stale = غيّر شخص آخر هذا المحتوى أثناء عملكم عليه. انسخوا نصكم وأعيدوا تحميل الصفحة وقارنوا.
error-precondition-required = أرسلوا If-Match مع ETag الذي قرأتموه.
error-column-missing = يوجد عمود ناقص.
error-too-large = الملف أو النص أكبر من المسموح.
error-too-many-requests = محاولات كثيرة. يرجى الانتظار { $minutes ->
    [zero] لحظة
    [one] دقيقة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقة
   *[other] { $minutes } دقيقة
 } ثم المحاولة مرة أخرى.
error-internal = سجلنا الخطأ. إذا تكرر، أخبرونا بمرجع الصفحة أدناه.
error-unavailable = يتعذّر الرد الآن. يرجى الانتظار قليلا ثم المحاولة مرة أخرى؛ وإن كنتم قد أرسلتم شيئا فتحققوا أولا من وجوده.

error-required = يرجى ملء هذا الحقل.
error-too-long = يرجى الاختصار إلى { $max } حرفا على الأكثر.
error-too-short = يرجى استخدام { $min } أحرف على الأقل.
error-too-many-words = عدد الكلمات { $count }، والحد الأقصى { $max }.
error-control-characters = يرجى حذف الرموز التي لا يمكن عرضها.
error-being-computed = أُغلق استبيان ويجري حساب تقديراته. يرجى إصدار النتائج بعد قليل.
error-too-many-bodies = يُرسَل إلى Stoa في هذه اللحظة الكثير فلم يتمكن من استلام ما أرسلتموه. يرجى الانتظار قليلا ثم إرساله مرة أخرى.
error-body-too-slow = وصل ما أرسلته ببطء شديد أو توقف في الطريق، ولم يُحفظ منه شيء. يرجى الرجوع وإرساله مرة أخرى.
error-invisible-characters = يرجى حذف الرموز غير المرئية: المسافات عديمة العرض أو العلامات التي تغيّر اتجاه النص. إعادة كتابة السطر تكفي.
error-not-utf8 = هذا النص ليس بترميز UTF-8 صالح. يرجى كتابته من جديد.
error-wrong-type = هذه ليست القيمة المتوقعة هنا.
error-unknown-field = هذا الحقل غير معروف هنا.
error-unknown-choice = يرجى اختيار أحد الخيارات المعروضة.
error-duplicate = هذا مكرر.
error-malformed-json = هذا ليس JSON صالحا: { $detail }
error-malformed-multipart = تعذرت قراءة الملف المرفوع. يرجى المحاولة مرة أخرى.
error-broken-off = انقطع الإرسال. يرجى المحاولة مرة أخرى.
error-out-of-range = يرجى إدخال عدد بين { $min } و{ $max }.
error-bad-cursor = هذا المؤشر ليس من قوائم هذه الخدمة. ابدؤوا من جديد بدونه.
error-bad-etag = يجب أن يحتوي If-Match على ETag قرأتموه، مثل "v3".
error-not-a-number = يرجى إدخال عدد، مثل 12.
error-not-an-integer = يرجى إدخال عدد صحيح.
error-bad-email = يرجى إدخال بريد إلكتروني مثل name@example.org.
error-bad-date = يرجى إدخال تاريخ مثل ⁦2026-11-30⁩.
error-bad-month = يرجى إدخال شهر وسنة من أربعة أرقام، مثل 11 و2026.
error-not-a-year = يرجى إدخال سنة من أربعة أرقام، مثل 2026.
error-bad-time = يرجى إدخال ساعة من 0 إلى 23 ودقيقة من 0 إلى 59، مثل 14 و30.
error-bad-date-time = يرجى إدخال تاريخ ووقت، مثل ⁦2026-11-30⁩ و⁦14:30⁩.
error-bad-id = هذا ليس معرّفا من النوع الصحيح.
error-unknown-time-zone = يرجى إدخال منطقة زمنية مثل Europe/Berlin.
error-unknown-language = يرجى إدخال رمز لغة مثل en أو ar.
error-not-a-file = يرجى اختيار ملف.
error-file-type-not-allowed = هذا النوع من الملفات غير مقبول. استخدموا PDF أو PNG أو JPEG أو نصا عاديا أو CSV أو Word أو Excel.
error-already-exists-here = هذا مستخدم بالفعل. يرجى اختيار غيره.
error-stage-moved = انتقلت النتائج إلى مرحلة أخرى. أعيدوا تحميل الصفحة وانظروا.
error-review-awaited = ما زالت مراجعة لهذا التقرير منتظرة. انتظروها أو ارفعوا خبيرها من الهيئة، ثم أصدروا النتائج.
error-disagreement-open = ما زال الخبراء مختلفين في أحد المقاييس. احسموا الخلاف قبل إصدار النتائج.
