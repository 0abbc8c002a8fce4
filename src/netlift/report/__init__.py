"""What the user sees: progress, results on the screen, files written whole."""

from netlift.core._files import write_whole as write_whole
from netlift.core._progress import Progress as Progress
from netlift.core._progress import Recorder as Recorder
from netlift.core._progress import Silent as Silent
from netlift.report._folders import FILES as FILES
from netlift.report._folders import RESULT as RESULT
from netlift.report._folders import fill_folder as fill_folder
from netlift.report._folders import new_folder as new_folder
from netlift.report._folders import refuse_foreign as refuse_foreign
from netlift.report._folders import result_folder as result_folder
from netlift.report._progress import Bar as Bar
from netlift.report._progress import Lines as Lines
from netlift.report._show import checked_line as checked_line
from netlift.report._show import show_program as show_program
from netlift.report._show import show_result as show_result

__all__ = [
    "FILES",
    "RESULT",
    "Bar",
    "Lines",
    "Progress",
    "Recorder",
    "Silent",
    "checked_line",
    "fill_folder",
    "new_folder",
    "refuse_foreign",
    "result_folder",
    "show_program",
    "show_result",
    "write_whole",
]
