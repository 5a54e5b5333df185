/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-publication-row.h"
#include "kad-service.h"

G_BEGIN_DECLS

/* Who wants what published: the objects below KAD_PUBLICATION_PATH. The node announces a key once,
 * whoever wants it; a claim is one who does: a caller until it leaves, or a program by its app-id,
 * for good. Main thread. */
typedef struct _KadClaims KadClaims;
typedef struct _KadClaim KadClaim;

#define KAD_MAX_APP_ID_BYTES 128
#define KAD_MAX_CLAIMS 65536

typedef struct
{
  KadPublicationKind kind;
  GBytes *key;
  GBytes *value; /* (nullable) of a record */
  const char *app_id;
  gboolean is_sandboxed; /* the app id is one that nobody can claim */
  gboolean is_persistent;
  gboolean wait; /* until it was announced once */
} KadClaimSpec;

/* @service: outlives it */
KadClaims *kad_claims_new (KadService *service);
void kad_claims_free (KadClaims *self);

/* For @caller: done when the node has it, and it is on the disk if it is persistent. The node runs.
 */
/* @cancellable: ends the waiting for the announcement */
void kad_claims_add_async (KadClaims *self, KadCaller *caller, const KadClaimSpec *spec,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data);
/* (transfer none): the claim, new or the one that there was; FALSE-like NULL on error */
KadClaim *kad_claims_add_finish (KadClaims *self, GAsyncResult *result, GError **error);
/* Done when @claim was announced once, whatever came of it. NotRunning: the node was stopped;
 * Cancelled: it was removed, or by @cancellable, which is for this call alone. */
void kad_claims_wait_async (KadClaims *self, KadClaim *claim, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
/* (transfer none) */
KadClaim *kad_claims_wait_finish (KadClaims *self, GAsyncResult *result, GError **error);
/* Done when it is gone from the disk, too. */
void kad_claims_remove_async (KadClaims *self, KadClaim *claim, GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean kad_claims_remove_finish (KadClaims *self, GAsyncResult *result, GError **error);
/* Those that @caller may see without saying so; @caller NULL: all. In order of their paths.
 * (element-type KadClaim) (transfer container) */
GPtrArray *kad_claims_list (KadClaims *self, KadCaller *caller, const char *app_id);
guint kad_claims_get_n (KadClaims *self);

KadPublicationKind kad_claim_get_kind (KadClaim *self);
GBytes *kad_claim_get_key (KadClaim *self);
const char *kad_claim_get_path (KadClaim *self);
/* (transfer full) floating `a{sv}`, as Publications.List() says */
GVariant *kad_claim_describe (KadClaim *self);
/* FALSE and NotAuthorized: it lasts as long as another caller. */
gboolean kad_claim_check_owner (KadClaim *self, KadCaller *caller, GError **error);

G_END_DECLS
