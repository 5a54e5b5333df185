/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "kad-api.h"

G_BEGIN_DECLS

/**
 * KAD_MAX_PUBLICATION_TAG_BYTES:
 *
 * How long the tag of a publication may be.
 */
#define KAD_MAX_PUBLICATION_TAG_BYTES 255

/**
 * KadPublicationKind:
 * @KAD_PUBLICATION_PROVIDER: we say that we provide a key
 * @KAD_PUBLICATION_RECORD: we keep a record in the network
 *
 * What is published.
 */
typedef enum
{
  KAD_PUBLICATION_PROVIDER,
  KAD_PUBLICATION_RECORD,
} KadPublicationKind;

/* "provider", "record" */
KAD_API const char *kad_publication_kind_get_name (KadPublicationKind kind);

#define KAD_TYPE_PUBLICATION_ROW (kad_publication_row_get_type ())

/**
 * KadPublicationRow:
 * @kind: what is published
 * @key: its key, as on the wire
 * @value: (nullable): the record's value
 * @tag: who wants it published: one key may be published for several, and ends with the last. Empty
 *   for who runs the node
 * @persistent: whether it survives the node's end
 * @created_us: when it was asked for, in microseconds since 1970 (UTC)
 * @last_run_us: when it was last announced, whatever came of it, likewise; 0: never
 * @next_run_us: when it will be announced again, likewise; 0: it is being announced, or nobody
 * knows
 * @stored: how many peers took it at the last run
 * @wanted: of how many
 * @n_failures: runs that nobody took, one after the other, up to now
 * @is_running: whether it is being announced
 * @error: (nullable): why the last run failed, if it did, or was not whole
 * @is_waiting: whether it waits for its turn: a few are announced at a time
 *
 * Something that this node announces, as it was when somebody looked. Made by the library only;
 * later versions add fields at its end.
 */
typedef struct
{
  KadPublicationKind kind;
  GBytes *key;
  GBytes *value;
  char *tag;
  gboolean persistent;
  gint64 created_us;
  gint64 last_run_us;
  gint64 next_run_us;
  guint stored;
  guint wanted;
  guint n_failures;
  gboolean is_running;
  GError *error;
  gboolean is_waiting;
} KadPublicationRow;

KAD_API GType kad_publication_row_get_type (void);

KAD_API KadPublicationRow *kad_publication_row_new (KadPublicationKind kind, GBytes *key,
                                                    GBytes *value, const char *tag);
KAD_API KadPublicationRow *kad_publication_row_copy (const KadPublicationRow *self);
KAD_API void kad_publication_row_free (KadPublicationRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (KadPublicationRow, kad_publication_row_free)

G_END_DECLS
