/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-gui-source.h"

G_BEGIN_DECLS

/* What the clock of the store says, until advance(): 2026-11-21 12:00:00 UTC. */
#define KAD_GUI_TEST_NOW_US (G_GINT64_CONSTANT (1795262400) * G_USEC_PER_SEC)

typedef enum
{
  KAD_GUI_TEST_FULL,    /* online: 131 peers, 12 queries, 200 events, and all the other lists */
  KAD_GUI_TEST_EMPTY,   /* a node that just began: it listens, and knows nobody */
  KAD_GUI_TEST_STOPPED, /* a service whose node does not run */
  KAD_GUI_TEST_FAILED,  /* a service that is not there */
} KadGuiTestScene;

#define KAD_GUI_TYPE_TEST_SOURCE (kad_gui_test_source_get_type ())

/**
 * KadGuiTestSource:
 *
 * A source for tests: what it shows is made up, the same each time. Everything is in the store as
 * soon as it was made, and it is open; with FAILED nothing is, and it has failed. Calls are noted
 * and succeed, from the main loop.
 */
G_DECLARE_FINAL_TYPE (KadGuiTestSource, kad_gui_test_source, KAD_GUI, TEST_SOURCE, KadGuiSource)

KadGuiSource *kad_gui_test_source_new (KadGuiTestScene scene);

/* What was asked of it, a line each: "follow 5", "run ping-peer {'peer': <'12D3..'>}",
 * "start get-record {..}", "cancel 7", "control 0", "publication PATH 1", "check", "refresh".
 * Joined by newlines, and forgotten then. (transfer full) */
char *kad_gui_test_source_take_calls (KadGuiTestSource *self);
/* The next call fails with @message (KAD_ERROR_FAILED). */
void kad_gui_test_source_fail_next (KadGuiTestSource *self, const char *message);
/* The next run gives @answer, (aa{sv}a{sv}); taken if floating. */
void kad_gui_test_source_answer_next (KadGuiTestSource *self, GVariant *answer);
/* The clock goes on; nothing is told. */
void kad_gui_test_source_advance (KadGuiTestSource *self, gint64 by_us);

/* The id of the peer @number; 0 is ourselves. All have keys that are spread as hashes are.
 * (transfer full) */
char *kad_gui_test_dup_peer (guint number);
/* The table has these and no other: up to 160 as a real one (20 in each of the farthest buckets,
 * fewer in the near ones), those beyond in any bucket with a free seat. */
void kad_gui_test_fill_peers (KadGuiStore *store, guint n_peers);
/* A finished lookup with @n_contacts contacts, their steps, and a result where it finds something.
 * A third of the contacts were not asked, each fifth of the others failed. (transfer none) */
KadGuiQuery *kad_gui_test_add_query (KadGuiStore *store, gint64 run, const char *command,
                                     const char *key, guint n_contacts, gint64 duration_us);

G_END_DECLS
