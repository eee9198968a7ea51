# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026, the ENA PMD authors
"""Sphinx configuration. The version comes from meson."""

import importlib.util

project = 'ENA PMD'
copyright = '2026, the ENA PMD authors'  # pylint: disable=redefined-builtin
exclude_patterns = ['_build']
highlight_language = 'none'
html_theme = 'sphinx_rtd_theme' if importlib.util.find_spec('sphinx_rtd_theme') else 'alabaster'
html_show_sphinx = False
html_copy_source = False
