/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-engine.h"

G_BEGIN_DECLS

#define KAD_MAX_PUBLICATIONS_AT_ONCE 8

/* What we announce: keys that we provide and records of our own. Plain struct
 * inside the engine. */
typedef struct
{
  GHashTable *provided; /* of key to KadPublication; never iterated while it matters */
  GHashTable *records;
  GQueue due; /* of KadPublication, waiting for their turn */
  guint n_running;
} KadPublications;

void kad_publications_init (KadEngine *engine);
void kad_publications_clear (KadEngine *engine);

gboolean kad_publications_provides (KadEngine *engine, GBytes *key);
/* Provided from now on; announced again only after kad_publications_announced(). */
gboolean kad_publications_begin_provide (KadEngine *engine, GBytes *key, GError **error);
void kad_publications_announced (KadEngine *engine, GBytes *key);
gboolean kad_publications_stop_provide (KadEngine *engine, GBytes *key);

/* Keeps a copy of a record that was put, and puts it again in time. */
void kad_publications_keep_record (KadEngine *engine, KadRecord *record);
gboolean kad_publications_drop_record (KadEngine *engine, GBytes *key);
/* (transfer none) (nullable) */
KadRecord *kad_publications_get_record (KadEngine *engine, GBytes *key);

G_END_DECLS
