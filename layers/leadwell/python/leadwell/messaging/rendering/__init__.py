"""Turns templates and what is known about a contact into mails and SMS.

Publishing (``compile_email``, ``compile_sms``) refuses what could go wrong later; sending (``render_email``,
``render_sms``) imports neither MJML nor YAML and never fails because a value is missing.
"""
