/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why a node shall need less than usual. */
typedef enum
{
  KAD_DESKTOP_METERED,
  KAD_DESKTOP_POWER_SAVER,
  KAD_DESKTOP_BATTERY,
  KAD_DESKTOP_LOW_MEMORY,
  KAD_DESKTOP_N_REASONS,
} KadDesktopReason;

/* What one of them means; the enum of the schema, in its order. */
typedef enum
{
  KAD_THRIFT_NORMAL,
  KAD_THRIFT_QUIET,
  KAD_THRIFT_PAUSE,
} KadThrift;

/* Which reasons there are, and what comes of all together: a pause beats quiet, quiet beats normal.
 * What a person overruled counts for nothing until it has ended once. Knows no watcher. Begins
 * zeroed: no reason is there, and none means anything. */
typedef struct
{
  KadThrift thrift[KAD_DESKTOP_N_REASONS];
  gboolean is_there[KAD_DESKTOP_N_REASONS];
  gboolean is_overruled[KAD_DESKTOP_N_REASONS];
} KadDesktopReasons;

/* "metered", "power-saver", "battery", "low-memory" */
const char *kad_desktop_reason_get_name (KadDesktopReason reason);

/* Another meaning is a person's newer word: what was overruled holds again. */
void kad_desktop_reasons_set_thrift (KadDesktopReasons *self, KadDesktopReason reason,
                                     KadThrift thrift);
/* When it goes, it is as if nobody had overruled it. */
void kad_desktop_reasons_set_there (KadDesktopReasons *self, KadDesktopReason reason,
                                    gboolean is_there);
/* A person wants the node up: whatever pauses it now does not, until it has ended. */
void kad_desktop_reasons_overrule (KadDesktopReasons *self);

/* The first that pauses it; NULL: none does. */
const char *kad_desktop_reasons_get_pause (const KadDesktopReasons *self);
/* Those that make it quiet; none while one pauses it. (transfer full) */
char **kad_desktop_reasons_dup_quiet (const KadDesktopReasons *self);

G_END_DECLS
