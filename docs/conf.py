"""The documentation as a site: `python docs/build_site.py OUT`, every warning an error.

The sources are the repository's own pages where they stand; what is public is documented from its docstrings
(docs/reference.md).
"""

from netlift import __version__

project = "netlift"
author = "The netlift founders"
release = version = __version__
root_doc = "docs/index"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
include_patterns = ["*.md", "docs/**", "benchmarks/**", "examples/*.md"]
exclude_patterns = ["**/*.py", "**/__pycache__/**"]
source_suffix = {".md": "markdown"}
html_theme = "furo"
html_title = f"netlift {version}"
html_copy_source = False
html_permalinks_icon = "#"
pygments_style, pygments_dark_style = "friendly", "monokai"
myst_heading_anchors = 4  # as links on the pages name them
# Links to folders and to files that are no pages lead into the repository; tests/test_docs.py looks after
# them.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True  # attributes stand in the class's docstring, and nowhere else
napoleon_custom_sections = ["Cost", "Source"]
