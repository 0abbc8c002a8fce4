"""report.html: one file that tells a run in the order of the chain, with pictures one can ask.

Nothing in it is fetched: styles, scripts and data stand in the file, and a policy in its head forbids the
rest. Everything from data goes through Jinja2's escaping, or through JSON in which no `<` stands.
"""

from netlift.report.page._highlight import told_lines as told_lines
from netlift.report.page._keep import PAGE as PAGE
from netlift.report.page._keep import kept_page as kept_page
from netlift.report.page._notebook import notebook_cell as notebook_cell
from netlift.report.page._result_page import result_page as result_page
from netlift.report.page._template import rendered as rendered

__all__ = ["PAGE", "kept_page", "notebook_cell", "rendered", "result_page", "told_lines"]
