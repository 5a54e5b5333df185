/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A PNG file of at most 256 colours, @pixels three bytes each. It is a third of what a picture of
 * as few colours takes without a palette. NULL: there are more colours. */
GBytes *kad_gui_golden_png_new (const guint8 *pixels, guint width, guint height);

G_END_DECLS
