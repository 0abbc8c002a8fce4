"""To be imported first: NumPy reads how many threads it may use when it is loaded, not later."""

from netlift.core._threads import use_one_thread

use_one_thread()
