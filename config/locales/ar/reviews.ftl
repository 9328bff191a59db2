# Experts, assignments, reviews, agreement and disagreements.

reviews-title = مراجعاتكم
reviews-name = الاسم
reviews-email = البريد الإلكتروني
reviews-email-hint = تُرسل إليه دعوات المراجعة. لا حاجة إلى حساب.
reviews-city = المدينة
reviews-note = ملاحظة
reviews-save = حفظ
reviews-change = تعديل
reviews-due = الموعد النهائي
reviews-level = المستوى
reviews-count = عدد التقييمات
reviews-done = مكتمل
reviews-as-table = البيانات نفسها في جدول

# Experts
reviews-experts-title = الخبراء
reviews-experts-caption = من يمكن دعوتهم إلى المراجعة
reviews-experts-none = لا يوجد خبراء بعد
reviews-experts-none-text = أضيفوا الأشخاص الذين سيقيّمون تقارير المدن.
reviews-expert-add = إضافة خبير
reviews-expert-added = أُضيف الخبير.
reviews-expert-added-known = أُضيف الخبير. كان له سجل من قبل، وبقي كما هو.
reviews-expert-round = يُطلب منه أن يراجع في
reviews-expert-round-hint = من يعمل في جميع الجولات يمكن سؤاله في الجولات القادمة أيضًا.
reviews-expert-everywhere = جميع الجولات
reviews-expert-elsewhere = يعمل هذا الخبير في جولات أخرى أيضًا، لذلك لا يستطيع تغيير هذه البيانات إلا منسق جميع جولاته.
reviews-expert-saved = تم الحفظ.
reviews-expert-stale = عدّل شخص آخر هذه البيانات. لم يضع شيء: ما كتبتموه في النموذج، والمحفوظ إلى جانبه.
reviews-expert-stored = ما حُفظ في هذه الأثناء
reviews-expert-facts = ما يمكن لهذا الخبير تقييمه
reviews-languages = اللغات
reviews-languages-read = اللغات التي يستطيع قراءة التقارير بها
reviews-languages-hint = لغة واحدة في كل حقل، واترك الباقي فارغًا.
reviews-countries = البلدان
reviews-countries-of = البلدان التي يقيم فيها أو يحمل جنسيتها
reviews-countries-hint = بلد واحد في كل حقل، واترك الباقي فارغًا. لا يراجع الخبير مدن هذه البلدان.
reviews-areas = المجالات
reviews-areas-hint = اتركوها فارغة لمن يستطيع تقييم جميع المجالات بالتساوي.
reviews-areas-all = جميع المجالات
reviews-load = عدد المراجعات
reviews-load-max = أقصى عدد من المراجعات في الجولة الواحدة
reviews-load-hint = اكتبوا 0 ما دام الخبير غير متاح.
reviews-affiliation = جهة الانتماء

# Conflicts of interest
reviews-conflicts = تضارب المصالح
reviews-conflicts-lead = لا يُسأل الخبير أبدًا عن مدن هذه القائمة. يمكن استبعاد ما اكتشفته ستوا بذكر السبب، أما ما صرّح به الخبير فيبقى. ما تسجلونه أو تستبعدونه يسري في الجولات التي تنسقونها.
reviews-conflicts-none = لا شيء معروف.
reviews-conflict-add = تسجيل تضارب
reviews-conflict-kind = نوع التضارب
reviews-conflict-dismiss = استبعاد
reviews-conflict-dismiss-reason = لماذا لا يؤثر هنا
reviews-conflict-recorded = سُجّل التضارب.
reviews-conflict-dismissed = استُبعد التضارب وسيبقى مستبعدًا في الجولات التي تنسقونها.
reviews-conflict-of-round = في { $round } فقط
reviews-conflict-same-city = يعمل لدى المدينة أو إدارتها
reviews-conflict-same-country = يقيم في بلد المدينة أو يحمل جنسيته
reviews-conflict-employment = علاقة عمل
reviews-conflict-family = صلة قرابة
reviews-conflict-advisor-or-pupil = مشرف أو طالب سابق
reviews-conflict-co-author = نشر أو مشروع مشترك
reviews-conflict-competing-interest = مصلحة منافسة
reviews-conflict-declared = تضارب آخر
reviews-source-declared = صرّح به الخبير
reviews-source-derived = اكتشفته ستوا
reviews-source-coordinator = سجّله المنسق
reviews-conflict-state-active = قائم
reviews-conflict-state-dismissed = مستبعد

# Assignments
reviews-assignments-title = توزيع التقارير
reviews-key-full = تقارير اكتمل خبراؤها
reviews-key-of = من أصل { $n } من التقارير المقدمة
reviews-key-lacking = مقاعد شاغرة
reviews-key-per-report = عدد الخبراء لكل تقرير: { $n }
reviews-key-submitted = مراجعات مقدمة
reviews-propose = اقتراح خبراء
reviews-propose-lead = تستطيع ستوا اقتراح خبراء لكل مقعد شاغر بحسب اللغة والمجال وعدد المراجعات، ومن دون تضارب مصالح. لا يُدعى أحد قبل تأكيدكم.
reviews-plan = الخطة المقترحة
reviews-plan-lead = عدد الدعوات التي ستُرسل عند التأكيد: { $seats }
reviews-plan-made = أُعدّت في
reviews-plan-picks = الخبراء
reviews-plan-alternates = إذا اعتذر أحدهم
reviews-plan-confirm = تأكيد وإرسال الدعوات
reviews-plan-discard = تجاهل الخطة
reviews-plan-close = إغلاق
reviews-plan-proposed = أُعدّت خطة. راجعوها قبل التأكيد.
reviews-plan-blocked = عدد الخبراء غير كافٍ. انظروا أدناه أين النقص.
reviews-plan-confirmed = تم تأكيد الخطة، والدعوات في طريقها.
reviews-plan-discarded = وُضعت الخطة جانبًا.
reviews-plan-unconnected = تنقسم التقارير إلى مجموعات لا يجمعها خبير مشترك، فلا يمكن مقارنة تشدد الخبراء بينها جميعًا.
reviews-blocked = عدد التقارير: { $reports }، وتحتاج إلى مراجعات إضافية عددها { $needed }. عدد الخبراء المؤهلين لها: { $experts }، وما بقي لديهم من مراجعات: { $free }.
reviews-blocked-cities = التقارير
reviews-blocked-experts = الخبراء المؤهلون
reviews-blocked-why = أسباب عدم أهلية الآخرين:
reviews-blocked-help = أضيفوا خبراء، أو ارفعوا عدد المراجعات الممكنة لأحدهم، أو استبعدوا تضاربًا لا يؤثر، ثم اطلبوا اقتراحًا جديدًا.
reviews-blocked-already-reviews = سبقت دعوتهم إلى المراجعة: { $count }
reviews-blocked-conflict = تضارب مصالح: { $count }
reviews-blocked-no-shared-language = لا لغة مشتركة: { $count }
reviews-blocked-load-full = اكتمل عدد مراجعاتهم: { $count }
reviews-blocked-account-closed = الحساب مغلق: { $count }
reviews-reports = التقارير
reviews-reports-none = لم يُقدَّم أي تقرير بعد
reviews-reports-none-text = يُوزّع الخبراء على التقارير المقدمة. المدن التي لم تقدّم مذكورة في صفحة الجولة.
reviews-waiting-for = مدن لم تقدّم تقاريرها
reviews-lacking = الخبراء الناقصون: { $n }
reviews-full = مكتمل
reviews-funnel = مدعوون { $invited }، قبلوا { $accepted }، قدّموا { $submitted }، اعتذروا { $declined }
reviews-third = خبير ثالث
reviews-suggests = يقترح
reviews-withdraw = سحب
reviews-withdraw-reason = ما ينبغي أن يعرفه الخبير
reviews-withdraw-do = سحب المراجعة
reviews-withdrawn = سُحبت مراجعة { $name } وانتهت صلاحية رابطها.
reviews-assign = دعوة
reviews-assign-whom = الخبير
reviews-invited = دُعي { $name } بالبريد.
reviews-candidates-link = جميع الخبراء لتقرير { $city } وأسباب عدم الأهلية
reviews-candidates-title = خبراء تقرير { $city }
reviews-candidates-open = من يمكنهم المراجعة، الأنسب أولًا
reviews-candidates-none = لا يستطيع أي خبير مراجعة هذا التقرير الآن. الأسباب أدناه.
reviews-candidates-closed = من لا يمكنهم المراجعة، والسبب
reviews-why-not = السبب
reviews-why-already = سبقت دعوته ({ $state })
reviews-why-conflict = تضارب مصالح: { $kind } ({ $source })
reviews-why-language = لا يقرأ لغة المدينة ولا الإنجليزية
reviews-why-load = اكتمل عدد مراجعاته: { $load } من { $max }
reviews-why-closed = الحساب مغلق
reviews-fit-language = يقرأ لغة المدينة
reviews-fit-english = يقرأ الإنجليزية
reviews-fit-generalist = جميع المجالات
reviews-fit-areas = مجالات يعرفها: { $count }

# States
reviews-state-invited = مدعو
reviews-state-accepted = مقبولة
reviews-state-submitted = مقدمة
reviews-state-declined = معتذر عنها
reviews-state-withdrawn = مسحوبة
reviews-state-set-aside = مستبعدة
reviews-state-reopened = مطلوبة من جديد

# The expert's pages
reviews-none = لا توجد مراجعات
reviews-none-text = عندما يدعوكم المنسق تظهر المراجعة هنا وفي رسالة بريدية.
reviews-none-coordinator = تظهر هنا المراجعات المطلوبة منكم أنتم. أما مراجعات الجولات التي تديرونها فتجدونها في توزيع تقارير كل جولة.
reviews-none-to-rounds = إلى الجولات
reviews-none-other = المراجعات للخبراء الذين دعاهم منسق، وهذا الحساب ليس منهم. هل وصلتكم دعوة بالبريد؟ الرابط الذي فيها يفتح مراجعتكم.
reviews-none-to-start = إلى صفحتكم الأولى
reviews-review-title = مراجعة تقرير { $city }
reviews-invitation = نرجو منكم تقييم تقرير { $city } قسمًا قسمًا وفق مستويات موصوفة.
reviews-invitation-third = اختلف خبيران في تقييم قسم من تقرير { $city }. نرجو منكم حكمًا ثالثًا مستقلًا من دون الاطلاع على حكميهما.
reviews-accepted-lead = قيّموا كل قسم في صفحته. كل ما تكتبونه يُحفظ، ويمكنكم التوقف والعودة بالرابط نفسه.
reviews-accepted-complete = قُيّمت جميع الأقسام. راجعوا إجاباتكم مرة أخيرة ثم قدّموها.
reviews-withdrawn-lead = لم تعد هذه المراجعة مطلوبة. شكرًا لكم.
reviews-declined-lead = لقد اعتذرتم عن هذه المراجعة وأُبلغ المنسق. شكرًا على ردكم.
reviews-draft-private = لا يرى المسودات سوى الخبير. تظهر التقييمات هنا بعد تقديم المراجعة.
reviews-sections = الأقسام
reviews-sections-count = عدد الأقسام: { $n }
reviews-work = حجم العمل
reviews-work-hours = { $n ->
    [one] ساعة واحدة على الأكثر
    [two] نحو ساعتين
    [few] نحو { $n } ساعات
    [many] نحو { $n } ساعة
   *[other] نحو { $n } ساعة
}
reviews-progress = الأقسام المقيّمة: { $n } من { $of }
reviews-what = ما نطلب منكم تقييمه
reviews-accept = قبول المراجعة
reviews-accepted = شكرًا لكم. يمكنكم البدء الآن أو العودة لاحقًا.
reviews-begin = البدء
reviews-continue = متابعة
reviews-to-check = مراجعة الإجابات
reviews-cannot = إذا لم تتمكنوا من المراجعة
reviews-decline = الاعتذار
reviews-decline-reason = السبب
reviews-decline-reason-hint = يقرأه المنسق ولا تقرأه المدينة.
reviews-decline-alternate = شخص تقترحونه بدلًا منكم
reviews-decline-do = الاعتذار عن المراجعة
reviews-declined = أُرسل ردكم إلى المنسق.
reviews-conflict-declare = التصريح بتضارب مصالح
reviews-conflict-declare-lead = لن تُسألوا عن هذه المدينة مرة أخرى.
reviews-conflict-declare-do = التصريح والاعتذار
reviews-conflict-said = شكرًا على تصريحكم. أُبلغ المنسق.
reviews-receipt-lead = قُدّمت مراجعتكم. احتفظوا بهذا الرقم المرجعي:
reviews-ratings = التقييمات
reviews-report-text = ما تقوله المدينة في تقريرها
reviews-words = عدد الكلمات: { $n }
reviews-whole-report = هذا القسم في التقرير كله
reviews-no-text = لم تكتب المدينة شيئًا في هذا القسم.
reviews-evidence = الأدلة
reviews-evidence-none = لا ملفات لهذا القسم.
reviews-evidence-whole = للتقرير كله
reviews-download = تنزيل
reviews-judgement = حكمكم
reviews-level-hint = اختاروا المستوى الذي يطابق وصفه ما في التقرير. احكموا على ما هو مكتوب ومثبت لا على ما تعرفونه من مصدر آخر.
reviews-comment = الأسباب
reviews-comment-hint = لماذا هذا المستوى لا الذي يليه؛ { $n ->
    [one] حرف واحد
    [two] حرفان
    [few] { $n } أحرف
    [many] { $n } حرفًا
   *[other] { $n } حرف
} على الأقل. قد تقرأه المدينة من دون اسمكم.
reviews-pointer = الموضع في التقرير
reviews-pointer-hint = القسم أو الملف أو الصفحة
reviews-save-next = حفظ ومتابعة
reviews-save-check = حفظ ومراجعة جميع الإجابات
reviews-rating-saved = تم الحفظ.
reviews-rating-lacks = تم الحفظ، لكن قسم «{ $measure }» غير مكتمل: { $lack }.
reviews-rating-stale = تغيّر هذا القسم في علامة تبويب أخرى. لم يضع شيء: نصكم في النموذج، والنص المحفوظ إلى جانبه.
reviews-stored = المحفوظ من علامة تبويب أخرى
reviews-stored-help = إذا حفظتم الآن حلّ نصكم محله.
reviews-all-sections = جميع الأقسام
reviews-lack-level-missing = لم يُختر مستوى بعد
reviews-lack-comment-missing = الأسباب ناقصة
reviews-check-title = راجعوا تقييمكم لتقرير { $city }
reviews-check-complete = قُيّمت جميع الأقسام.
reviews-check-lacking = أقسام غير مكتملة: { $n }
reviews-overall = عن التقرير كله
reviews-overall-hint = نقاط القوة، وما يفيد المدينة أكثر من غيره.
reviews-submit-lead = بعد التقديم لا يمكن تغيير التقييمات. ستصلكم رسالة بإيصال الاستلام.
reviews-submit = تقديم المراجعة
reviews-later = ليس الآن
reviews-submitted = شكرًا لكم. إيصال الاستلام في طريقه إليكم بالبريد.

reviews-kept = محفوظ
reviews-asked-again = مطلوب من جديد
reviews-read = قراءة
reviews-kept-lead = تقييمكم محفوظ: لم يتغير هذا القسم منذ أن قيّمتموه. لا يلزمكم هنا فعل أي شيء.
reviews-kept-next = متابعة
reviews-given-back = التقرير لدى المدينة من جديد وقد تغيّره. لن يضيع شيء مما كتبتموه: يُحفظ تقييمكم للأقسام التي تبقى كما هي، ويُطلب من جديد تقييم الأقسام التي تتغير. سنكتب إليكم حين يُقدَّم التقرير من جديد.
reviews-reopened-lead = قدّمت المدينة تقريرها من جديد. تغيرت بعض الأقسام منذ أن قيّمتموها، ويُطلب تقييمها من جديد، وكل ما عداها محفوظ. يرجى التقديم مرة أخرى حين تنتهون.
reviews-aside-lead = استبعد منسق هذه المراجعة. هي محفوظة لكنها لا تُحتسب، ولا يلزمكم فعل أي شيء.
reviews-seat-kept = التقييمات المحفوظة: { $kept }، المطلوبة من جديد: { $again }
reviews-changed = غيّرت المدينة هذا القسم
reviews-changed-lead = يرجى تقييمه من جديد. ما حُذف مشطوب، وما أُضيف تحته خط.
reviews-changed-before = النص السابق
reviews-changed-files-gone = ملفات حُذفت:
reviews-changed-files-new = ملفات جديدة:
reviews-changed-level = ما اخترتموه من قبل:
reviews-rating-stale-changed = غيّرت المدينة هذا القسم منذ أن فتحتم الصفحة. لم يضع شيء: نصكم في النموذج. يرجى الاطلاع على ما تغير قبل الحفظ.
reviews-case-earlier = كان هذا الخلاف حول قسم من تقديم سابق غيّرته المدينة منذ ذلك الحين، فلم يعد قائمًا.
reviews-case-aside = لم يعد هذا الخلاف قائمًا لأن تقييمًا فيه استُبعد.

reviews-absent-role-taken = متوقفة: لم يعد من خبراء هذه الجولة.
reviews-absent-account-closed = متوقفة: الحساب مغلق.
reviews-absent-lead = توقفت هذه المراجعة لأن دور الخبير في هذه الجولة انتهى. ما قُدّم يبقى كما هو.
reviews-seat-stopped = متوقفة: تضارب مصالح.
reviews-stopped-lead = توقفت هذه المراجعة لأن تضارب مصالح مع هذه المدينة مسجل.
reviews-stopped-text = لا يمكن كتابة شيء أو تقديمه بعد الآن. ما كتبتموه محفوظ ويظهر أدناه. المنسقون على علم بذلك، ويرجى سؤالهم إن كان في الأمر خطأ.
reviews-aside = استبعاد
reviews-aside-hint = تُحفظ المراجعة لكن تقييماتها لا تُحتسب بعد الآن، ويصبح مقعدها شاغرًا من جديد. يمكنكم إعادتها.
reviews-aside-reason = السبب، للسجل
reviews-aside-do = استبعاد المراجعة
reviews-aside-done = استُبعدت مراجعة { $name }، ومقعدها شاغر من جديد.
reviews-back = إعادة
reviews-back-done = أُعيدت مراجعة { $name } وهي محتسبة من جديد.
reviews-own-city = يوجد تضارب مصالح بينكم وبين هذه المدينة، كأن تشغلوا فيها منصبًا. لا يظهر لكم من يراجع تقريرها، ويقرر بشأنها منسق آخر للجولة.
reviews-plan-withheld = توجد خطة لمنسق آخر تنتظر التأكيد. لا تظهر لكم لأنها تحتسب مقاعد مدينة بينكم وبينها تضارب مصالح. إذا طلبتم اقتراح خطة فستوضع تلك الخطة جانبًا.
reviews-plan-own-cities = { $n ->
    [one] تذكر الخطة أيضًا خبراء لمدينة لديكم معها تضارب مصالح، وهم لا يظهرون لكم. على منسق آخر أن يؤكدها.
    [two] تذكر الخطة أيضًا خبراء لمدينتين لديكم معهما تضارب مصالح، وهم لا يظهرون لكم. على منسق آخر أن يؤكدها.
    [few] تذكر الخطة أيضًا خبراء لعدد { $n } مدن لديكم معها تضارب مصالح، وهم لا يظهرون لكم. على منسق آخر أن يؤكدها.
    [many] تذكر الخطة أيضًا خبراء لعدد { $n } مدينة لديكم معها تضارب مصالح، وهم لا يظهرون لكم. على منسق آخر أن يؤكدها.
   *[other] تذكر الخطة أيضًا خبراء لعدد { $n } مدينة لديكم معها تضارب مصالح، وهم لا يظهرون لكم. على منسق آخر أن يؤكدها.
}

# Agreement
reviews-agreement-title = اتفاق الخبراء
reviews-alpha = معامل ألفا لكريبندورف
reviews-ac2 = معامل AC2 لغويت
reviews-equal = المستوى نفسه
reviews-within-one = الفرق مستوى واحد على الأكثر
reviews-interval = من { $low } إلى { $high }
reviews-agreement-basis = الخبراء: { $experts }، التقارير: { $reports }، منها ما قيّمه خبيران أو أكثر: { $double }، التقييمات: { $ratings }.
reviews-agreement-cannot = ورد «لا أستطيع الحكم» { $n ->
    [one] مرة واحدة
    [two] مرتين
    [few] { $n } مرات
    [many] { $n } مرة
   *[other] { $n } مرة
}، وهو ليس مستوى.
reviews-agreement-left-out = تقييمات على نسخة أخرى من سلم التقييم لم تُجمع مع غيرها: { $n }.
reviews-as-of = كما هو في { $at }. يُعاد حسابه بعد لحظات من تقديم أي مراجعة.
reviews-agreement-computing = يجري حساب اتفاق الخبراء. انظروا مرة أخرى بعد لحظات.
reviews-and-more = { $n ->
    [one] وواحد غيرها
    [two] واثنان غيرها
    [few] و{ $n } غيرها
    [many] و{ $n } غيرها
   *[other] و{ $n } غيرها
}
reviews-agreement-method = لا تُحسب إلا التقييمات المستقلة. أما تقييم الخبير الثالث والتوافق والتحكيم فتُحفظ إلى جانبها ولا تغيّر شيئًا هنا. الفترات بمستوى ثقة 95 %، والمعاملات بأوزان رتبية.
reviews-verdict-too-few = لا يُعرض أي معامل ما لم يقيّم خبيران أو أكثر { $least } تقارير على الأقل؛ عددها الآن { $count }. بهذا العدد القليل قد تنقله المصادفة وحدها من طرف السلم إلى طرفه الآخر.
reviews-verdict-undefined = لا يمكن تمييز الاتفاق من المصادفة: التقييمات لا تختلف بما يكفي.
reviews-verdict-reliable = موثوق: الفترة كلها أعلى من { $good }.
reviews-verdict-tentative = يكفي لاستنتاجات أولية: الفترة كلها أعلى من { $tentative } لكنها ليست كلها أعلى من { $good }.
reviews-verdict-uncertain = غير مؤكد: تمتد الفترة إلى ما دون { $tentative }. تضيق بمزيد من التقارير التي يقيّمها خبيران.
reviews-verdict-unreliable = غير موثوق: الفترة كلها أدنى من { $tentative }. لا تنشروا الدرجات قبل مراجعة سلم التقييم والخبراء.
reviews-few = عدد التقارير التي قيّمها خبيران أو أكثر { $n } فقط، ولذلك فالفترات واسعة.
reviews-undefined-no-ratings = لا تقييمات بعد
reviews-undefined-no-pairs = لم يُقيَّم أي تقرير مرتين
reviews-undefined-one-rater = خبير واحد فقط
reviews-undefined-no-variation = جميع المستويات متساوية
reviews-undefined-not-computable = لا يمكن حسابه
reviews-undefined-too-few-reports = تقارير قليلة جدًا
reviews-distribution = التقييمات بحسب المستوى
reviews-agreement-withheld = لا يظهر لكم اتفاق الخبراء قبل اعتماد جميع نتائج الجولة، لأنه يحتسب لجنة لا يجوز لكم الاطلاع على تقييماتها: لجنة مدينة بينكم وبينها تضارب مصالح، أو لجنة أنتم عضو فيها ولم ترسلوا مراجعتكم بعد. يطّلع عليه منسق آخر للجولة.
reviews-distribution-withheld = لا يظهر لكم عدد مرات منح كل مستوى، لأنه يكشف ما أعطته لجنة لا يجوز لكم الاطلاع على تقييماتها.
reviews-distribution-caption = ينخفض المعامل حين تتساوى معظم التقييمات حتى لو اتفق الخبراء. اقرؤوا الاثنين معًا.
reviews-distribution-short = المستويات من 0 إلى 4
reviews-by-measure = الاتفاق بحسب المقياس
reviews-measure = المقياس
reviews-double = قُيّم مرتين
reviews-gaps = خلافات
reviews-gaps-none = لا يوجد تقرير تتناقض تقييماته.
reviews-singles = قيّمها خبير واحد فقط
reviews-second-wanted = مطلوب تقييم ثانٍ
reviews-reason-gap = الفرق مستويان أو أكثر
reviews-reason-decision-line = على جانبين متقابلين من خط القرار
reviews-reason-outlier = تقييم بعيد عن البقية
reviews-case-open = مفتوح
reviews-case-third-invited = دُعي خبير ثالث
reviews-case-resolved = محسوم
reviews-case-lapsed = لم يعد قائمًا

# One disagreement
reviews-disagreement-title = خلاف بين الخبراء
reviews-expert-letter = الخبير { $letter }
reviews-never-overwritten = تبقى هذه التقييمات كما هي مهما كان القرار.
reviews-third-ask = دعوة خبير ثالث
reviews-third-lead = يقيّم هذا القسم وحده من دون رؤية التقييمات الأخرى، ثم يصبح وسيط جميع التقييمات المستقلة درجة اللجنة.
reviews-third-do = دعوة الخبير الثالث
reviews-third-asked = دُعي الخبير الثالث بالبريد.
reviews-third-waits = طُلب رأي خبير ثالث:
reviews-third-review = مراجعته
reviews-resolve = أو احسموا الخلاف الآن
reviews-resolve-waiting = حسم الخلاف من دون انتظار
reviews-resolve-waiting-lead = يُحسم الخلاف فور تقديم حكم الخبير الثالث. وإذا حسمتموه قبل ذلك يُحفظ حكمه لكنه لا يغيّر النتيجة.
reviews-resolve-how = كيف حُسم؟
reviews-resolution-third-expert = بخبير ثالث
reviews-resolution-further-rating = بتقييم مستقل إضافي
reviews-resolution-consensus = بالتوافق
reviews-resolution-adjudication = بالتحكيم
reviews-resolution-hint-consensus = تحاور الخبراء واتفقوا على مستوى واحد.
reviews-resolution-hint-adjudication = قرر شخص ليس لديه تضارب مصالح.
reviews-resolve-level = المستوى
reviews-resolve-note = كيف تم التوصل إليه
reviews-resolve-note-hint = يُحفظ مع الحالة.
reviews-resolve-do = حسم الخلاف
reviews-resolved-lead = درجة اللجنة { $level }.
reviews-case-settled = حُسم الخلاف.

# Problems
error-not-accepted = يرجى قبول المراجعة أولًا.
error-expert-elsewhere = يعمل هذا الخبير في جولات ليست من مسؤوليتكم، لذلك لا يمكنكم تغيير بياناته. يستطيع ذلك منسق جميع جولاته.
error-role-taken = انتهى دوركم خبيرًا في هذه الجولة، فتوقفت المراجعة. ما كتبتموه محفوظ. يرجى سؤال المنسقين إن كان في الأمر خطأ.
error-own-panel = أنتم من أعضاء هذه اللجنة: لا يظهر لكم ما أعطاه الآخرون حتى تقدموا مراجعتكم، ويقرر منسق آخر بشأن مراجعاتهم وبشأن الخلافات.
error-conflict-of-interest = سُجّل تضارب مصالح مع هذه المدينة، فتوقفت المراجعة. ما كتبتموه محفوظ. المنسقون يرون ذلك، ويرجى سؤالهم إن كان في الأمر خطأ.
error-conflict-declared = صرّح الخبير بهذا التضارب، فهو قائم في كل الجولات ولا يمكن صرف النظر عنه.
error-nothing-to-assign = لكل تقرير مقدم خبراؤه. لا شيء للاقتراح.
error-plan-outdated = تغيّر شيء منذ إعداد هذه الخطة. يرجى طلب اقتراح جديد.
error-third-invited = سبقت دعوة خبير ثالث. يمكنكم انتظار مراجعته أو حسم الخلاف بأنفسكم.
error-case-resolved = حُسم هذا الخلاف من قبل، وتبيّن صفحته كيف حُسم وبأي مستوى.
error-case-lapsed = لم يعد هذا الخلاف قائمًا: فقد تغير القسم أو تغيرت تقييماته.
error-rating-kept = لم يتغير هذا القسم منذ أن قيّمتموه. تقييمكم محفوظ ولا يلزم تكراره.
error-not-current = قدّمت المدينة تقريرها من جديد. يرجى المتابعة مع أحدث تقديم.
error-conflict-stands = يوجد تضارب مصالح قائم بين هذا الخبير والمدينة. يجب صرف النظر عنه قبل إعادة المراجعة.
error-own-city = يوجد تضارب مصالح بينكم وبين هذه المدينة، كأن تشغلوا فيها منصبًا. على منسق آخر للجولة أن يقوم بذلك.
error-level-missing = يرجى اختيار مستوى أو القول إنكم لا تستطيعون الحكم.
error-comment-missing = يرجى ذكر الأسباب في { $min ->
    [one] حرف واحد
    [two] حرفين
    [few] { $min } أحرف
    [many] { $min } حرفًا
   *[other] { $min } حرف
} على الأقل.
error-level-and-cannot-judge = يرجى اختيار مستوى أو «لا أستطيع الحكم»، لا كليهما.
error-ineligible-already-reviews = سبق سؤال هذا الخبير عن هذا التقرير.
error-ineligible-conflict = لدى هذا الخبير تضارب مصالح مع المدينة.
error-ineligible-no-shared-language = لا يقرأ هذا الخبير لغة المدينة ولا الإنجليزية.
error-ineligible-load-full = لدى هذا الخبير أقصى ما يستطيع من المراجعات.
error-ineligible-account-closed = حساب هذا الشخص مغلق.
error-level-unknown = السطر { $line }: المستويات من 0 إلى 4، وليس «{ $detail }».
error-levels-missing = السطر { $line }: مستويات ناقصة: { $detail }.
reviews-expert-gone = لم يعد الخبير هنا.
