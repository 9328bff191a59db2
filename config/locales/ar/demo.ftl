demo-title = جولة في ستوا
demo-lead = ثلاث مدن متخيلة في منتصف جولة رصد. ادخلوا في أي دور؛ كل ما تفعلونه حقيقي في قاعدة بيانات هذا العرض.
demo-survey-counts = يعرض هذا العرض ملفات كاملة، وليس لمدنه استبيان آخر.
demo-citizen = مواطنا
demo-answer = أجيبوا عن استبيان
demo-responses = { $n ->
    [0] لم يُعدّ أحد بعد.
   *[other] كان عدد من أجابوا { $n } على الأقل عند آخر عدّ بعد منتصف الليل.
}
demo-people = بحساب
demo-role-coordinator = المنسق: يدير الجولة
demo-role-officer = مسؤول المدينة: يكتب التقرير
demo-role-expert = الخبير: يراجع التقارير
demo-role-agency = وكالة الاستبيانات: تجري الاستبيان
demo-role-analyst = المحلل: يقرأ النتائج
demo-role-operator = المشغّل: يرعى الحسابات والبريد وسجل التدقيق
demo-enter = دخول
demo-mail-title = البريد
demo-mail = لا يُرسل شيء. ما كان سيُرسل موجود في
demo-api-title = للبرامج
demo-api = احصلوا على رمز بأي عنوان (مثل coordinator@demo.stoa.example) وكلمة المرور
