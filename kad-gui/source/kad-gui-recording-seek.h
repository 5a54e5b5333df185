/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-recording-plan.h"

G_BEGIN_DECLS

/* A way to a moment of a recording, gone in slices: what is there is made in a store of its own,
 * and then takes the place of what is shown, at once. */
typedef struct _KadGuiRecordingSeek KadGuiRecordingSeek;

/* @index stays as long as this; @clock as of kad_gui_store_set_clock(). */
KadGuiRecordingSeek *kad_gui_recording_seek_new (const KadGuiRecordingIndex *index, guint n_lines,
                                                 KadGuiClock clock, gpointer user_data);
void kad_gui_recording_seek_free (KadGuiRecordingSeek *self);
/* Works for so long, or a little longer. FALSE: all of it is there. */
gboolean kad_gui_recording_seek_work (KadGuiRecordingSeek *self, gint64 slice_us);
/* After that: shows it in @store. Gives what goes on from there. (transfer full) */
KadGuiLines *kad_gui_recording_seek_finish (KadGuiRecordingSeek *self, KadGuiStore *store);

/* One line of a recording. */
void kad_gui_recording_take_line (const KadGuiRecordingIndex *index, guint number,
                                  KadGuiLines *lines);
void kad_gui_recording_take_header (const KadGuiRecordingIndex *index, KadGuiLines *lines);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadGuiRecordingSeek, kad_gui_recording_seek_free)

G_END_DECLS
