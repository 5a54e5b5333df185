/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-player.h"
#include "kad-gui-source.h"

G_BEGIN_DECLS

#define KAD_GUI_TYPE_RECORDING_SOURCE (kad_gui_recording_source_get_type ())

/**
 * KadGuiRecordingSource:
 *
 * What a node did, of a file that `kad node --record` made: a KadGuiSource that is a KadGuiPlayer.
 * The file is read and looked through in a thread, and is in memory from then on. The time of the
 * store is the position. It is open at the beginning of the recording, and does not play by itself;
 * it stops at the end, and begins anew if it is played then. While nobody looks (no topics) it
 * stands still.
 *
 * Errors: "NotFound", "NotAuthorized", "Corrupt" (the message says in which line, and what is wrong
 * with it), "NotSupported" (of a newer version, or larger than KAD_GUI_MAX_RECORDING_BYTES).
 */
G_DECLARE_FINAL_TYPE (KadGuiRecordingSource, kad_gui_recording_source, KAD_GUI, RECORDING_SOURCE,
                      KadGuiSource)

KadGuiSource *kad_gui_recording_source_new (GFile *file);
/* Whether it is still on its way to where it was sent by seek(); "position-us" is there already. */
gboolean kad_gui_recording_source_get_seeking (KadGuiRecordingSource *self);

G_END_DECLS
