"""Every mail, SMS and journey of the library on one page: ``/_local/gallery/``, and as files by ``make gallery``."""
