# Words around every page: layout, forms, navigation. A room's own texts live in its own file.

web-skip = الانتقال إلى المحتوى الرئيسي
web-nav = التنقل الرئيسي
web-language = اللغة
web-sign-in = تسجيل الدخول
web-own-page = عملكم
web-sign-out = تسجيل الخروج
web-breadcrumb = أنتم هنا
web-demo = هذا عرض تجريبي بمدن وأشخاص غير حقيقيين.
web-demo-tour = اختاروا دورًا
web-demo-mailbox = صندوق البريد
web-footer = ستوا: استبيانات ومراجعات خبراء لمدن التعلّم.
web-footer-about = نبذة عنا
web-footer-accessibility = إتاحة الوصول
web-footer-privacy = الخصوصية
web-request-id = مرجع الصفحة:
web-survey-privacy = تُحفظ الإجابات من دون عنوان IP الخاص بكم ومن دون جهازكم أو الوقت الدقيق.

# Forms
web-error-prefix = خطأ:
web-error-summary = هناك مشكلة
web-optional = (اختياري)
web-choose = يرجى الاختيار
web-find = بحث
web-find-label = جزء من الاسم
web-find-shown = يُعرض { $shown } من أصل { $found }، والمجموع { $of }. اكتب جزءًا من الاسم واضغط «بحث» لعرض غيرها.
web-find-none = لا يوجد بين { $of } ما يحمل هذا الاسم. اكتب جزءًا آخر من الاسم واضغط «بحث».
web-words = { $count } من أصل { $limit } كلمة
web-words-limit = الحد الأقصى لعدد الكلمات: { $limit }
# The script puts the numbers in place of %n and %max.
web-words-live = %n من أصل %max كلمة
web-cannot-judge = لا أستطيع الحكم على هذا
web-cannot-judge-hint = لا يذكر التقرير ما يكفي، أو أن الموضوع خارج مجال خبرتي.
web-progress = الصفحة { $n } من { $of }
web-saving = جارٍ الحفظ …
web-saved = تم الحفظ
web-save-failed = لم يتم الحفظ. نصكم ما زال هنا وسنحاول مرة أخرى.
web-save-conflict = تغيّرت هذه الصفحة في علامة تبويب أخرى أو على يد شخص آخر. انسخوا نصكم ثم أعيدوا تحميل الصفحة.

# Lists
web-pagination = الصفحات
web-kept = عاد إلى هنا ما كتبتموه من قبل. لم يُرسَل بعد.
web-kept-other = كتبتم هنا شيئًا من قبل ولم ترسلوه، وقد تغيّرت هذه الصفحة في الأثناء.
web-kept-back = أعيدوا نصي
web-kept-drop = تجاهلوه
web-kept-lose = ثمة ما كتبتموه في هذه الصفحة ولم يصل إلى ستوا بعد، وسيضيع. هل تسجّلون الخروج مع ذلك؟
web-previous = السابق
web-next = التالي

# Numbers
web-of = { $n } من { $of }
web-size-kb = { $n } كيلوبايت
web-size-mb = { $n } ميغابايت
web-error-of-field = { $field }: { $text }
