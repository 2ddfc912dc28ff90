"""All words the tool says, by code: one module for each subject, each `TEXTS = {code: (English, Chinese)}`.

A rule's or an error's text is `CODE`, what to do about it is `CODE.remedy`. Placeholders are those of
`str.format`; both languages use the same ones (a test compares them).
"""
