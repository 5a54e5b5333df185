/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-claims.h"

G_BEGIN_DECLS

/* One claim, and its object with org.libkad.Kad1.Publication. For kad-claims.c; the rest of what
 * others see of it is in kad-claims.h. */

/* @caller: (nullable): whose it is, and with whom it ends */
KadClaim *kad_claim_new (KadClaims *claims, const char *path, const char *what,
                         const KadClaimSpec *spec, KadCaller *caller);
void kad_claim_free (KadClaim *self);
KadClaims *kad_claim_get_claims (KadClaim *self);
KadService *kad_claims_get_service (KadClaims *self);
const KadClaimSpec *kad_claim_get_spec (KadClaim *self);
const char *kad_claim_get_what (KadClaim *self);
void kad_claim_set_gone (KadClaim *self, guint gone);
/* Who has it among its publications, until it is freed or leaves. */
void kad_claim_set_creator (KadClaim *self, KadCaller *creator);
/* @value: (nullable) */
void kad_claim_set_value (KadClaim *self, GBytes *value);
/* @is_lan: of the companion, beside that of the node */
void kad_claim_set_row (KadClaim *self, const KadPublicationRow *row, gboolean is_lan);
/* The companion was asked to announce it, and has not said yet what came of it: who waits for the
 * announcement waits for that, unless the node's network took it. */
void kad_claim_set_lan_pending (KadClaim *self, gboolean is_pending);
/* The node's own network does not take it: it is published in the local one alone. */
void kad_claim_set_lan_only (KadClaim *self, gboolean is_lan_only);
/* The companion has gone, and what it said with it. */
void kad_claim_forget_lan (KadClaim *self);
/* Returns @task with the claim when it was announced, whatever came of it, and when it is removed.
 */
void kad_claim_wait (KadClaim *self, GTask *task);
/* Nobody will announce it: those tasks are returned with @error. */
void kad_claim_stop_waiting (KadClaim *self, const GError *error);
/* On all connections, or on its caller's if it ends with that. Nothing if it is there already. */
void kad_claim_export (KadClaim *self);
void kad_claim_export_on (KadClaim *self, GDBusConnection *connection);
void kad_claim_unexport_from (KadClaim *self, GDBusConnection *connection);
/* Among the objects of kad_object_manager_add(). */
void kad_claim_add_managed (KadClaim *self, GVariantBuilder *objects);
gboolean kad_claim_is_exported (KadClaim *self);
/* Whether @caller sees it without saying that it means others'. */
gboolean kad_claim_is_of (KadClaim *self, KadCaller *caller, const char *app_id);

G_END_DECLS
