/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-page.h"

G_BEGIN_DECLS

/* The types of all pages, in the order of the sidebar; ends with G_TYPE_INVALID. */
const GType *kad_gui_pages_get_types (void);

G_END_DECLS
