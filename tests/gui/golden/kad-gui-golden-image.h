/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a widget looks like, and whether that is what it looked like before. */
typedef struct
{
  guint width;
  guint height;
  guint8 *pixels; /* three bytes each, of 16 levels: so that files are small */
} KadGuiGoldenImage;

void kad_gui_golden_image_free (KadGuiGoldenImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiGoldenImage, kad_gui_golden_image_free)

/* Of a widget in a window that is shown, when nothing changes in it any more. */
KadGuiGoldenImage *kad_gui_golden_image_new_for_widget (GtkWidget *widget);
/* (nullable) */
KadGuiGoldenImage *kad_gui_golden_image_load (const char *path, GError **error);
gboolean kad_gui_golden_image_save (const KadGuiGoldenImage *self, const char *path,
                                    GError **error);

/* NULL: they look the same. Else where they differ, in words. The images are compared in squares of
 * 16 pixels. In each square some pixels may differ much and all of them a little, as edges of
 * letters do: a letter, a colour or a place that is another one is more than that. */
char *kad_gui_golden_image_dup_difference (const KadGuiGoldenImage *self,
                                           const KadGuiGoldenImage *other);
/* The same to look at: what differs is red, the rest pale. */
KadGuiGoldenImage *kad_gui_golden_image_new_difference (const KadGuiGoldenImage *self,
                                                        const KadGuiGoldenImage *other);

G_END_DECLS
