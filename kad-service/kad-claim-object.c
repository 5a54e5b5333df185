/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Publication: see data/org.libkad.Kad1.Publication.xml. */
#include "kad-claim-object.h"

#include "kad-call-options.h"
#include "kad-connection-guard.h"
#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-multibase.h"
#include "kad-object-manager.h"
#include "kad-pending-call.h"
#include "kad-result.h"

enum
{
  WAN,
  LAN,
};

struct _KadClaim
{
  KadClaims *claims;
  char *path;
  char *what;
  KadClaimSpec spec;  /* all in it owned */
  KadCaller *caller;  /* (owned) (nullable) with whom it ends */
  KadCaller *creator; /* (owned) (nullable) who has it in its quota */
  guint gone, creator_gone;
  gboolean is_lan_pending;
  gboolean is_lan_only;
  KadPublicationRow *rows[2]; /* (nullable) what the node and its companion said last */
  GPtrArray *waiting;         /* (element-type GTask) until it was announced */
  KadDbusPublication *skeleton;
  gboolean is_exported;
};

/* ---- properties ---- */

/* A key as a person may write it. */
static char *
dup_key_text (KadPublicationKind kind, GBytes *key)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  gboolean is_text = len > 0 && g_utf8_validate ((const char *) data, (gssize) len, NULL);
  GString *hex;

  if (kind == KAD_PUBLICATION_PROVIDER)
    return kad_base58btc_encode (data, len);
  for (gsize i = 0; is_text && i < len; i++)
    is_text = data[i] >= 0x20 && data[i] != 0x7f;
  if (is_text)
    return g_strdup_printf ("%s%.*s", data[0] == '/' ? "" : "text:", (int) len,
                            (const char *) data);
  hex = g_string_new ("hex:");
  for (gsize i = 0; i < len; i++)
    g_string_append_printf (hex, "%02x", data[i]);
  return g_string_free (hex, FALSE);
}

/* What both say, as if they were one: sums, and an error only if it is everybody's. With a network
 * that took it the other one's failures are none. */
static KadPublicationRow *
dup_sum (KadClaim *self)
{
  const KadPublicationRow *lan = self->rows[LAN];
  KadPublicationRow *sum;

  if (self->rows[WAN] == NULL || lan == NULL)
    return lan == NULL && self->rows[WAN] == NULL
               ? NULL
               : kad_publication_row_copy (lan != NULL ? lan : self->rows[WAN]);
  sum = kad_publication_row_copy (self->rows[WAN]);
  sum->n_failures = MIN (sum->n_failures, lan->n_failures);
  /* Mostly nobody is there, and it tries again and again. */
  if (lan->n_failures > 0)
    return sum;
  sum->is_running |= lan->is_running;
  sum->last_run_us = MAX (sum->last_run_us, lan->last_run_us);
  if (sum->next_run_us == 0 || (lan->next_run_us != 0 && lan->next_run_us < sum->next_run_us))
    sum->next_run_us = lan->next_run_us;
  sum->stored += lan->stored;
  sum->wanted += lan->wanted;
  if (lan->error == NULL && lan->stored > 0)
    g_clear_error (&sum->error);
  return sum;
}

static void
show (KadClaim *self)
{
  g_autoptr (KadPublicationRow) row = dup_sum (self);

  g_object_freeze_notify (G_OBJECT (self->skeleton));
  kad_dbus_publication_set_running (self->skeleton, row != NULL && row->is_running);
  kad_dbus_publication_set_last_run (self->skeleton, row != NULL ? row->last_run_us : 0);
  kad_dbus_publication_set_next_run (self->skeleton, row != NULL ? row->next_run_us : 0);
  kad_dbus_publication_set_holders (self->skeleton, row != NULL ? row->stored : 0);
  kad_dbus_publication_set_wanted (self->skeleton, row != NULL ? row->wanted : 0);
  kad_dbus_publication_set_failures (self->skeleton, row != NULL ? row->n_failures : 0);
  kad_dbus_publication_set_last_error (
      self->skeleton, row != NULL && row->error != NULL ? row->error->message : "");
  g_object_thaw_notify (G_OBJECT (self->skeleton));
}

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

GVariant *
kad_claim_describe (KadClaim *self)
{
  static const char *const shown[] = { "created_us", "last_run_us", "next_run_us", "stored",
                                       "wanted",     "failures",    "running",     "error" };
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (KadPublicationRow) sum = dup_sum (self);
  g_autoptr (GVariant) row
      = sum != NULL ? kad_call_result (kad_result_new_publication (sum)) : NULL;

  add (&builder, "kind", g_variant_new_string (kad_publication_kind_get_name (self->spec.kind)));
  add (&builder, "key", g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, self->spec.key, TRUE));
  add (&builder, "key_text",
       g_variant_new_take_string (dup_key_text (self->spec.kind, self->spec.key)));
  add (&builder, "app_id", g_variant_new_string (self->spec.app_id));
  add (&builder, "sandboxed", g_variant_new_boolean (self->spec.is_sandboxed));
  add (&builder, "lifetime",
       g_variant_new_string (self->spec.is_persistent ? "persistent" : "session"));
  add (&builder, "owner",
       g_variant_new_string (self->caller != NULL ? kad_caller_get_name (self->caller) : ""));
  for (guint i = 0; row != NULL && i < G_N_ELEMENTS (shown); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (row, shown[i], NULL);

      if (value != NULL)
        add (&builder, shown[i], value);
    }
  return g_variant_builder_end (&builder);
}

/* ---- methods ---- */

static void
on_refreshed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (summary == NULL)
    kad_pending_call_fail (user_data, error);
  else
    kad_pending_call_return (user_data, g_variant_new ("()"));
}

/* (nullable): answered */
static KadPendingCall *
begin_call (KadClaim *self, GDBusMethodInvocation *invocation)
{
  KadService *service = kad_claims_get_service (self->claims);
  KadCaller *caller = kad_callers_get (kad_service_get_callers (service), invocation);
  GError *error = NULL;

  if (kad_claim_check_owner (self, caller, &error))
    return kad_pending_call_new (service, invocation);
  g_dbus_method_invocation_take_error (invocation, error);
  return NULL;
}

static GVariant *
new_refresh_options (KadClaim *self)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&builder, "kind", g_variant_new_string (kad_publication_kind_get_name (self->spec.kind)));
  add (&builder, "key", g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, self->spec.key, TRUE));
  return g_variant_builder_end (&builder);
}

static gboolean
handle_refresh (KadDbusPublication *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  KadClaim *self = user_data;
  KadService *service = kad_claims_get_service (self->claims);
  KadNode *node = kad_service_get_node (service);
  KadNode *companion = kad_service_get_companion_node (service);
  KadPendingCall *call = begin_call (self, invocation);

  if (call == NULL)
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  if (node == NULL)
    {
      g_autoptr (GError) error
          = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node does not run");

      kad_pending_call_fail (call, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  if (companion != NULL && self->is_lan_only)
    node = companion;
  else if (companion != NULL)
    kad_node_run_async (companion, "refresh-publication", new_refresh_options (self), NULL, NULL,
                        NULL, NULL, NULL, NULL);
  kad_node_run_async (node, "refresh-publication", new_refresh_options (self), NULL, NULL, NULL,
                      NULL, on_refreshed, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!kad_claims_remove_finish (NULL, result, &error))
    kad_pending_call_fail (user_data, error);
  else
    kad_pending_call_return (user_data, g_variant_new ("()"));
}

static gboolean
handle_remove (KadDbusPublication *skeleton, GDBusMethodInvocation *invocation, gpointer user_data)
{
  KadClaim *self = user_data;
  KadPendingCall *call = begin_call (self, invocation);

  if (call != NULL)
    kad_claims_remove_async (self->claims, self, on_removed, call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- on D-Bus ---- */

void
kad_claim_export_on (KadClaim *self, GDBusConnection *connection)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->skeleton);
  g_autoptr (GError) error = NULL;

  if (g_dbus_interface_skeleton_has_connection (skeleton, connection)
      || (self->caller != NULL ? kad_caller_get_connection (self->caller) != connection
                               : !kad_connection_guard_may_see (connection, self->path)))
    return;
  if (!g_dbus_interface_skeleton_export (skeleton, connection, self->path, &error))
    g_warning ("A publication is no object: %s", error->message);
}

void
kad_claim_unexport_from (KadClaim *self, GDBusConnection *connection)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (self->skeleton);

  if (g_dbus_interface_skeleton_has_connection (skeleton, connection))
    g_dbus_interface_skeleton_unexport_from_connection (skeleton, connection);
}

void
kad_claim_export (KadClaim *self)
{
  KadService *service = kad_claims_get_service (self->claims);
  GPtrArray *connections = kad_service_get_connections (service);

  if (self->is_exported)
    return;
  self->is_exported = TRUE;
  for (guint i = 0; i < connections->len; i++)
    kad_claim_export_on (self, connections->pdata[i]);
  kad_object_manager_added (service, self->path, G_DBUS_INTERFACE_SKELETON (self->skeleton),
                            self->caller);
}

void
kad_claim_add_managed (KadClaim *self, GVariantBuilder *objects)
{
  kad_object_manager_add (objects, self->path, G_DBUS_INTERFACE_SKELETON (self->skeleton));
}

gboolean
kad_claim_is_exported (KadClaim *self)
{
  return self->is_exported;
}

/* ---- life ---- */

static void
on_creator_gone (KadCaller *caller, gpointer user_data)
{
  KadClaim *self = user_data;

  self->creator_gone = 0;
  g_clear_pointer (&self->creator, kad_caller_unref);
}

void
kad_claim_set_creator (KadClaim *self, KadCaller *creator)
{
  self->creator = kad_caller_ref (creator);
  self->creator_gone = kad_caller_add_gone (creator, on_creator_gone, self);
}

/* ---- the first announcement ---- */

/* @row: (nullable) */
static gboolean
was_tried (const KadPublicationRow *row)
{
  return row != NULL && !row->is_running && (row->last_run_us != 0 || row->n_failures > 0);
}

/* One network that took it is enough. */
static gboolean
was_announced (KadClaim *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    if (was_tried (self->rows[i]) && self->rows[i]->stored > 0)
      return TRUE;
  return was_tried (self->rows[self->is_lan_only ? LAN : WAN]) && !self->is_lan_pending;
}

static void
end_waiting (KadClaim *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < waiting->len; i++)
    {
      g_signal_handlers_disconnect_by_data (g_task_get_cancellable (waiting->pdata[i]), self);
      if (error != NULL)
        g_task_return_error (waiting->pdata[i], g_error_copy (error));
      else
        g_task_return_pointer (waiting->pdata[i], self, NULL);
    }
}

static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  KadClaim *self = user_data;

  g_signal_handlers_disconnect_by_data (cancellable, self);
  for (guint i = 0; i < self->waiting->len; i++)
    if (g_task_get_cancellable (self->waiting->pdata[i]) == cancellable)
      {
        g_autoptr (GTask) task = g_ptr_array_steal_index (self->waiting, i);

        g_task_return_error_if_cancelled (task);
        return;
      }
}

void
kad_claim_wait (KadClaim *self, GTask *task)
{
  g_ptr_array_add (self->waiting, g_object_ref (task));
  g_signal_connect (g_task_get_cancellable (task), "cancelled", G_CALLBACK (on_cancelled), self);
  if (was_announced (self))
    end_waiting (self, NULL);
}

void
kad_claim_stop_waiting (KadClaim *self, const GError *error)
{
  end_waiting (self, error);
}

KadClaim *
kad_claim_new (KadClaims *claims, const char *path, const char *what, const KadClaimSpec *spec,
               KadCaller *caller)
{
  KadClaim *self = g_new0 (KadClaim, 1);
  g_autofree char *key = dup_key_text (spec->kind, spec->key);

  self->claims = claims;
  self->path = g_strdup (path);
  self->what = g_strdup (what);
  self->spec = *spec;
  self->spec.key = g_bytes_ref (spec->key);
  self->spec.value = spec->value != NULL ? g_bytes_ref (spec->value) : NULL;
  self->spec.app_id = g_strdup (spec->app_id);
  self->caller = caller != NULL ? kad_caller_ref (caller) : NULL;
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->skeleton = kad_dbus_publication_skeleton_new ();
  kad_dbus_publication_set_kind (self->skeleton, kad_publication_kind_get_name (spec->kind));
  kad_dbus_publication_set_key (self->skeleton, key);
  kad_dbus_publication_set_app_id (self->skeleton, spec->app_id);
  kad_dbus_publication_set_lifetime (self->skeleton,
                                     spec->is_persistent ? "persistent" : "session");
  show (self);
  g_signal_connect (self->skeleton, "handle-refresh", G_CALLBACK (handle_refresh), self);
  g_signal_connect (self->skeleton, "handle-remove", G_CALLBACK (handle_remove), self);
  return self;
}

void
kad_claim_free (KadClaim *self)
{
  g_autoptr (GError) removed
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, "It was removed meanwhile");

  end_waiting (self, removed);
  g_ptr_array_unref (self->waiting);
  if (self->gone != 0)
    kad_caller_remove_gone (self->caller, self->gone);
  if (self->creator_gone != 0)
    kad_caller_remove_gone (self->creator, self->creator_gone);
  if (self->creator != NULL)
    kad_caller_give_back (self->creator, KAD_QUOTA_PUBLICATIONS);
  if (self->is_exported)
    {
      kad_object_manager_removed (kad_claims_get_service (self->claims), self->path,
                                  G_DBUS_INTERFACE_SKELETON (self->skeleton), self->caller);
      if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (self->skeleton)))
        g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->skeleton));
    }
  g_signal_handlers_disconnect_by_data (self->skeleton, self);
  g_object_unref (self->skeleton);
  g_clear_pointer (&self->caller, kad_caller_unref);
  g_clear_pointer (&self->creator, kad_caller_unref);
  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    g_clear_pointer (&self->rows[i], kad_publication_row_free);
  g_bytes_unref (self->spec.key);
  g_clear_pointer (&self->spec.value, g_bytes_unref);
  g_free ((char *) self->spec.app_id);
  g_free (self->path);
  g_free (self->what);
  g_free (self);
}

void
kad_claim_set_gone (KadClaim *self, guint gone)
{
  self->gone = gone;
}

void
kad_claim_set_value (KadClaim *self, GBytes *value)
{
  g_clear_pointer (&self->spec.value, g_bytes_unref);
  self->spec.value = value != NULL ? g_bytes_ref (value) : NULL;
}

void
kad_claim_set_lan_pending (KadClaim *self, gboolean is_pending)
{
  self->is_lan_pending = is_pending;
  if (!is_pending && was_announced (self))
    end_waiting (self, NULL);
}

void
kad_claim_set_lan_only (KadClaim *self, gboolean is_lan_only)
{
  self->is_lan_only = is_lan_only;
}

void
kad_claim_forget_lan (KadClaim *self)
{
  self->is_lan_pending = FALSE;
  if (self->rows[LAN] == NULL)
    return;
  g_clear_pointer (&self->rows[LAN], kad_publication_row_free);
  show (self);
}

void
kad_claim_set_row (KadClaim *self, const KadPublicationRow *row, gboolean is_lan)
{
  guint which = is_lan ? LAN : WAN;

  g_clear_pointer (&self->rows[which], kad_publication_row_free);
  self->rows[which] = kad_publication_row_copy (row);
  if (is_lan && was_tried (row))
    self->is_lan_pending = FALSE;
  show (self);
  if (was_announced (self))
    end_waiting (self, NULL);
}

/* ---- looking at it ---- */

KadClaims *
kad_claim_get_claims (KadClaim *self)
{
  return self->claims;
}

const KadClaimSpec *
kad_claim_get_spec (KadClaim *self)
{
  return &self->spec;
}

const char *
kad_claim_get_what (KadClaim *self)
{
  return self->what;
}

KadPublicationKind
kad_claim_get_kind (KadClaim *self)
{
  return self->spec.kind;
}

GBytes *
kad_claim_get_key (KadClaim *self)
{
  return self->spec.key;
}

const char *
kad_claim_get_path (KadClaim *self)
{
  return self->path;
}

gboolean
kad_claim_is_of (KadClaim *self, KadCaller *caller, const char *app_id)
{
  if (self->caller != NULL)
    return self->caller == caller;
  return self->spec.is_sandboxed == kad_caller_is_sandboxed (caller)
         && g_str_equal (self->spec.app_id, app_id);
}

/* What lasts is everybody's, but for those in sandboxes. */
static gboolean
is_for (KadClaim *self, KadCaller *caller)
{
  if (self->caller != NULL)
    return self->caller == caller;
  return !kad_caller_is_sandboxed (caller)
         || (self->spec.is_sandboxed
             && g_str_equal (self->spec.app_id, kad_caller_get_app_id (caller)));
}

gboolean
kad_claim_check_owner (KadClaim *self, KadCaller *caller, GError **error)
{
  if (is_for (self, caller))
    return TRUE;
  if (self->caller == NULL)
    g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                         "This publication belongs to another program");
  else
    g_set_error (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                 "This publication belongs to %s and ends with it; Publications.Remove() with "
                 "\"all\" ends it for others",
                 kad_caller_get_name (self->caller));
  return FALSE;
}
