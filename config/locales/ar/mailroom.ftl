mailroom-tabs = البريد
mailroom-journal = البريد
mailroom-templates = القوالب
mailroom-template = القالب
mailroom-message = رسالة
mailroom-mailbox = صندوق البريد
mailroom-mailbox-lead = لا يخرج أي بريد من هذا العرض التجريبي. هنا كل الرسائل التي كانت ستُرسل، الأحدث أولًا، والروابط فيها تعمل.

mailroom-state = الحالة
mailroom-state-queued = في الانتظار
mailroom-state-sending = قيد الإرسال
mailroom-state-sent = أُرسلت
mailroom-state-deferred = مؤجلة
mailroom-state-bounced = مرتدة
mailroom-state-failed = فشل الإرسال
mailroom-state-suppressed = محجوبة

mailroom-keeps = هذه الخدمة لا تسلّم البريد (الإعداد mail.transport هو «mailbox»). تُحفظ الرسائل هنا وتُعدّ مُرسلة. يرى المشغّلون روابطها ويمكنهم تمريرها.
mailroom-filter = عرض
mailroom-show-all = عرض كل الرسائل
mailroom-about-id = الموضوع (المعرّف)
mailroom-about = تتعلق بـ
mailroom-newest-first = الرسائل، الأحدث أولًا
mailroom-subject = العنوان
mailroom-from = من
mailroom-to = إلى
mailroom-written = كُتبت في
mailroom-attempts = المحاولات
mailroom-next-try = المحاولة التالية:
mailroom-none = لا توجد رسائل بعد
mailroom-none-text = تظهر الرسائل هنا فور دعوة شخص أو تذكيره.
mailroom-none-found = لا توجد رسالة بهذه المواصفات
mailroom-none-found-text = اختاروا حالة أخرى أو اتركوا المعرّف فارغًا.

mailroom-test = أرسلوا إليّ رسالة تجريبية
mailroom-tested = الرسالة التجريبية في طريقها إلى عنوانكم.
mailroom-retry = إعادة المحاولة الآن
mailroom-retried = عادت الرسالة إلى قائمة الانتظار.
mailroom-server-said = لم تُسلَّم الرسالة. هذا ما ورد من الخادم:
mailroom-as-it-reads = كما تُقرأ
mailroom-html = عرض نسخة HTML
mailroom-no-preview = لم يعد بالإمكان عرض هذه الرسالة: قالبها حُذف أو تغيّر.
mailroom-facts = التفاصيل
mailroom-history = المسار

mailroom-templates-lead = كل رسالة يكتبها ستوا، بكل اللغات، مع أمثلة.
mailroom-templates-table = القوالب واللغات
mailroom-sample-note = الأسماء والتواريخ والروابط أمثلة.
