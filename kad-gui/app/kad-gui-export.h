/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * KadGuiImageFormat:
 *
 * What a view can be exported as.
 */
typedef enum
{
  KAD_GUI_IMAGE_PNG,
  KAD_GUI_IMAGE_SVG,
} KadGuiImageFormat;

/* By the end of the name; PNG if it says nothing. */
KadGuiImageFormat kad_gui_image_format_of (const char *name);

/* What @widget shows right now, as a picture with the background of its window. @widget is mapped.
 */
GBytes *kad_gui_export (GtkWidget *widget, KadGuiImageFormat format, GError **error);

G_END_DECLS
