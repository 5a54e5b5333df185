/* SPDX-License-Identifier: GPL-3.0-or-later */
/* org.libkad.Kad1.Publications: see data/org.libkad.Kad1.Publications.xml. */
#include "kad-publications-interface.h"

#include "kad-call-options.h"
#include "kad-claims.h"
#include "kad-dbus.h"
#include "kad-error.h"
#include "kad-interfaces.h"
#include "kad-key-text.h"
#include "kad-object-manager.h"
#include "kad-pending-call.h"
#include "kad-provide-many.h"
#include "kad-queries.h"

#define DATA "kad-publications-interface"
#define MAX_VALUE_BYTES (64 * 1024)

typedef struct
{
  KadService *service;
  KadClaims *claims;
} PublicationsInterface;

/* One call to publish, until it is answered. */
typedef struct
{
  PublicationsInterface *interface;
  GDBusMethodInvocation *invocation; /* (owned) */
  KadCaller *caller;                 /* (owned) */
  guint gone;
  GCancellable *cancellable; /* when the caller has left */
  KadClaimSpec spec;         /* all in it owned */
} PublishCall;

static void
publish_call_free (PublishCall *self)
{
  kad_caller_give_back (self->caller, KAD_QUOTA_CALLS);
  if (self->gone != 0)
    kad_caller_remove_gone (self->caller, self->gone);
  kad_caller_unref (self->caller);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->spec.key, g_bytes_unref);
  g_clear_pointer (&self->spec.value, g_bytes_unref);
  g_free ((char *) self->spec.app_id);
  g_object_unref (self->invocation);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PublishCall, publish_call_free)

static void
on_gone (KadCaller *caller, gpointer user_data)
{
  PublishCall *self = user_data;

  self->gone = 0;
  g_cancellable_cancel (self->cancellable);
}

static void
fail (GDBusMethodInvocation *invocation, GError *error)
{
  g_dbus_method_invocation_take_error (g_object_ref (invocation), error);
}

static void
on_added (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PublishCall) call = user_data;
  GError *error = NULL;
  KadClaim *claim = kad_claims_add_finish (call->interface->claims, result, &error);

  if (claim == NULL)
    fail (call->invocation, error);
  else
    g_dbus_method_invocation_return_value (g_object_ref (call->invocation),
                                           g_variant_new ("(o)", kad_claim_get_path (claim)));
}

static void
on_node (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PublishCall *call = user_data;
  GError *error = NULL;
  g_autoptr (KadNode) node = kad_service_need_node_finish (KAD_SERVICE (source), result, &error);

  if (node != NULL && !kad_caller_is_here (call->caller))
    error = g_error_new_literal (KAD_ERROR, KAD_ERROR_CANCELLED, "The caller has left");
  if (error == NULL)
    {
      kad_claims_add_async (call->interface->claims, call->caller, &call->spec, call->cancellable,
                            on_added, call);
      return;
    }
  fail (call->invocation, error);
  publish_call_free (call);
}

/* For whom: a program of the host may say so, one in a sandbox is who it is. (transfer full) */
static char *
dup_app_id (KadCaller *caller, GVariant *options, GError **error)
{
  GError *problem = NULL;
  const char *said
      = kad_call_options_string (options, "app-id", NULL, KAD_MAX_APP_ID_BYTES, &problem);
  const char *known = kad_caller_get_app_id (caller);

  if (problem == NULL && said != NULL && kad_caller_is_sandboxed (caller)
      && !g_str_equal (said, known))
    problem = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                                   "A program in a sandbox has the app-id of its sandbox");
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return NULL;
    }
  return g_strdup (kad_caller_is_sandboxed (caller) || said == NULL ? known : said);
}

static gboolean
may_mean_all (KadCaller *caller, gboolean all, GError **error)
{
  if (!all || !kad_caller_is_sandboxed (caller))
    return TRUE;
  g_set_error_literal (error, KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                       "Programs in a sandbox have their own publications only");
  return FALSE;
}

/* The options that all ways to publish have. */
static gboolean
read_options (KadClaimSpec *spec, KadCaller *caller, GVariant *options, GError **error)
{
  static const char *const known[] = { "lifetime", "wait", "app-id", "raw-key", "no-start", NULL };
  static const char *const lifetimes[] = { "session", "persistent", NULL };
  GError *first = NULL;

  if (!kad_call_options_check (options, known, error))
    return FALSE;
  spec->is_persistent = kad_call_options_word (options, "lifetime", 0, lifetimes, &first) == 1;
  spec->wait = kad_call_options_boolean (options, "wait", FALSE, &first);
  spec->is_sandboxed = kad_caller_is_sandboxed (caller);
  if (first == NULL)
    spec->app_id = dup_app_id (caller, options, &first);
  /* Those that cannot be told apart would have it together. */
  if (first == NULL && spec->is_sandboxed && spec->is_persistent && *spec->app_id == '\0')
    first = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_AUTHORIZED,
                                 "The service does not know the app-id of this sandbox: nothing "
                                 "of it lasts");
  if (first != NULL)
    {
      g_propagate_error (error, first);
      return FALSE;
    }
  return TRUE;
}

/* Who waits for the announcement waits for the network, too. */
static void
begin (KadService *service, GVariant *options, PublishCall *call)
{
  if (call->spec.wait)
    kad_service_need_any_network_async (service, options, on_node, call);
  else
    kad_service_need_node_async (service, options, on_node, call);
}

/* @key, @value: taken; @value may be NULL */
static void
publish (PublicationsInterface *self, GDBusMethodInvocation *invocation, KadPublicationKind kind,
         GBytes *key, GBytes *value, GVariant *options)
{
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  g_autoptr (PublishCall) call = NULL;
  GError *error = NULL;

  if (!kad_caller_take (caller, KAD_QUOTA_CALLS, &error))
    {
      g_bytes_unref (key);
      g_clear_pointer (&value, g_bytes_unref);
      g_dbus_method_invocation_take_error (invocation, error);
      return;
    }
  call = g_new0 (PublishCall, 1);
  call->interface = self;
  call->invocation = invocation;
  call->caller = kad_caller_ref (caller);
  call->cancellable = g_cancellable_new ();
  call->gone = kad_caller_add_gone (caller, on_gone, call);
  call->spec.kind = kind;
  call->spec.key = key;
  call->spec.value = value;
  if (!read_options (&call->spec, caller, options, &error))
    fail (invocation, error);
  else
    begin (self->service, options, g_steal_pointer (&call));
}

void
kad_publications_provide (KadService *service, GDBusMethodInvocation *invocation, GBytes *key,
                          GVariant *options)
{
  publish (g_object_get_data (G_OBJECT (service), DATA), invocation, KAD_PUBLICATION_PROVIDER, key,
           NULL, options);
}

static gboolean
handle_provide (KadDbusPublications *skeleton, GDBusMethodInvocation *invocation, const char *key,
                GVariant *options, gpointer user_data)
{
  PublicationsInterface *self = user_data;
  GError *error = NULL;
  gboolean raw = kad_call_options_boolean (options, "raw-key", FALSE, &error);
  GBytes *bytes
      = error == NULL ? kad_key_text_parse (key, KAD_KEY_USE_PROVIDER, raw, &error) : NULL;

  if (bytes == NULL)
    g_dbus_method_invocation_take_error (invocation, error);
  else
    publish (self, invocation, KAD_PUBLICATION_PROVIDER, bytes, NULL, options);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* A query that is to run @many, which is taken. (nullable) */
static KadQueryObject *
new_query (PublicationsInterface *self, KadCaller *caller, GVariant *options, gpointer many,
           GError **error)
{
  gboolean no_start = kad_call_options_boolean (options, "no-start", FALSE, NULL);
  KadQueryObject *query = kad_query_object_new (
      self->service, caller, kad_query_request_new_job ("provide-many", no_start), error);

  if (query != NULL)
    kad_query_object_set_source (query, &kad_provide_many_source, many);
  else
    kad_provide_many_free (many);
  return query;
}

static gboolean
handle_provide_many (KadDbusPublications *skeleton, GDBusMethodInvocation *invocation,
                     const char *const *keys, GVariant *options, gpointer user_data)
{
  PublicationsInterface *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  KadQueryObject *query = NULL;
  KadClaimSpec spec = { 0 };
  GError *error = NULL;
  gpointer many = NULL;
  gboolean raw = kad_call_options_boolean (options, "raw-key", FALSE, &error);

  if (error == NULL)
    kad_call_options_boolean (options, "no-start", FALSE, &error);
  if (error == NULL && read_options (&spec, caller, options, &error))
    many = kad_provide_many_new (self->claims, caller, &spec, keys, raw, &error);
  if (many != NULL)
    query = new_query (self, caller, options, many, &error);
  g_free ((char *) spec.app_id);
  if (query == NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(o)", kad_query_object_get_path (query)));
  kad_query_object_start (query, NULL);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_put_record (KadDbusPublications *skeleton, GDBusMethodInvocation *invocation,
                   const char *key, GVariant *value, GVariant *options, gpointer user_data)
{
  PublicationsInterface *self = user_data;
  GError *error = NULL;
  GBytes *bytes = kad_key_text_parse (key, KAD_KEY_USE_RECORD, FALSE, &error);

  if (bytes != NULL && g_variant_get_size (value) > MAX_VALUE_BYTES)
    {
      g_bytes_unref (bytes);
      error = g_error_new (KAD_ERROR, KAD_ERROR_RECORD_TOO_LARGE,
                           "The value has %" G_GSIZE_FORMAT " bytes; no record has more than %d",
                           g_variant_get_size (value), MAX_VALUE_BYTES);
    }
  if (error != NULL)
    g_dbus_method_invocation_take_error (invocation, error);
  else
    publish (self, invocation, KAD_PUBLICATION_RECORD, bytes, g_variant_get_data_as_bytes (value),
             options);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- the end of it ---- */

typedef struct
{
  PublicationsInterface *interface;
  KadPendingCall *call;
  guint n_removed;
  guint n_waiting;
  GError *error; /* the first */
} RemoveCall;

static void
remove_call_step (RemoveCall *self)
{
  if (--self->n_waiting > 0)
    return;
  if (self->error != NULL)
    kad_pending_call_fail (self->call, self->error);
  else
    kad_pending_call_return (self->call, g_variant_new ("(u)", self->n_removed));
  g_clear_error (&self->error);
  g_free (self);
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  RemoveCall *call = user_data;
  GError *error = NULL;

  if (kad_claims_remove_finish (call->interface->claims, result, &error))
    call->n_removed++;
  else if (call->error == NULL)
    call->error = g_steal_pointer (&error);
  g_clear_error (&error);
  remove_call_step (call);
}

static gboolean
claim_has_key (KadClaim *claim, GBytes *const keys[2], guint kind)
{
  if (kind != 0 && kad_claim_get_kind (claim) != kind - 1)
    return FALSE;
  return keys[kad_claim_get_kind (claim)] != NULL
         && g_bytes_equal (kad_claim_get_key (claim), keys[kad_claim_get_kind (claim)]);
}

static void
remove_matching (PublicationsInterface *self, GDBusMethodInvocation *invocation, GPtrArray *claims,
                 GBytes *const keys[2], guint kind)
{
  KadPendingCall *pending = kad_pending_call_new (self->service, invocation);
  RemoveCall *call;

  if (pending == NULL)
    return;
  call = g_new0 (RemoveCall, 1);
  call->interface = self;
  call->call = pending;
  call->n_waiting = 1;
  for (guint i = 0; i < claims->len; i++)
    if (claim_has_key (claims->pdata[i], keys, kind))
      {
        call->n_waiting++;
        kad_claims_remove_async (self->claims, claims->pdata[i], on_removed, call);
      }
  if (call->n_waiting == 1)
    call->error = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_FOUND,
                                       "This caller publishes nothing of that key; \"all\" means "
                                       "what others publish, too");
  remove_call_step (call);
}

static gboolean
handle_remove (KadDbusPublications *skeleton, GDBusMethodInvocation *invocation, const char *key,
               GVariant *options, gpointer user_data)
{
  static const char *const known[] = { "kind", "all", "app-id", "raw-key", "no-start", NULL };
  static const char *const kinds[] = { "both", "provider", "record", NULL };
  PublicationsInterface *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  g_autoptr (GPtrArray) claims = NULL;
  g_autoptr (GBytes) provider = NULL;
  g_autoptr (GBytes) record = NULL;
  GError *error = NULL;
  guint kind = 0;
  gboolean all = FALSE, raw = FALSE;
  g_autofree char *app_id = NULL;

  if (kad_call_options_check (options, known, &error))
    {
      kind = kad_call_options_word (options, "kind", 0, kinds, &error);
      all = kad_call_options_boolean (options, "all", FALSE, &error);
      raw = kad_call_options_boolean (options, "raw-key", FALSE, &error);
    }
  if (error == NULL && may_mean_all (caller, all, &error))
    app_id = dup_app_id (caller, options, &error);
  if (error == NULL)
    provider = kad_key_text_parse (key, KAD_KEY_USE_PROVIDER, raw, &error);
  if (error == NULL)
    record = kad_key_text_parse (key, KAD_KEY_USE_RECORD, FALSE, &error);
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  claims = kad_claims_list (self->claims, all ? NULL : caller, app_id);
  remove_matching (self, invocation, claims, (GBytes *const[2]){ provider, record }, kind);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
handle_list (KadDbusPublications *skeleton, GDBusMethodInvocation *invocation, GVariant *options,
             gpointer user_data)
{
  static const char *const known[] = { "all", "app-id", "no-start", NULL };
  PublicationsInterface *self = user_data;
  KadCaller *caller = kad_callers_get (kad_service_get_callers (self->service), invocation);
  g_auto (GVariantBuilder) rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(oa{sv})"));
  g_autoptr (GPtrArray) claims = NULL;
  GError *error = NULL;
  g_autofree char *app_id = NULL;
  gboolean all = FALSE;

  if (kad_call_options_check (options, known, &error))
    all = kad_call_options_boolean (options, "all", FALSE, &error);
  if (error == NULL && may_mean_all (caller, all, &error))
    app_id = dup_app_id (caller, options, &error);
  if (error != NULL)
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  claims = kad_claims_list (self->claims, all ? NULL : caller, app_id);
  for (guint i = 0; i < claims->len; i++)
    g_variant_builder_add (&rows, "(o@a{sv})", kad_claim_get_path (claims->pdata[i]),
                           kad_claim_describe (claims->pdata[i]));
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a(oa{sv}))", &rows));
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* ---- life ---- */

static void
interface_free (gpointer data)
{
  PublicationsInterface *self = data;

  kad_claims_free (self->claims);
  g_object_set_data (G_OBJECT (self->service), DATA, NULL);
  g_free (self);
}

GDBusInterfaceSkeleton *
kad_publications_interface_new (KadService *service)
{
  KadDbusPublications *skeleton = kad_dbus_publications_skeleton_new ();
  PublicationsInterface *self = g_new0 (PublicationsInterface, 1);

  self->service = service;
  self->claims = kad_claims_new (service);
  g_object_set_data (G_OBJECT (service), DATA, self);
  g_object_set_data_full (G_OBJECT (skeleton), DATA, self, interface_free);
  g_signal_connect (skeleton, "handle-provide", G_CALLBACK (handle_provide), self);
  g_signal_connect (skeleton, "handle-provide-many", G_CALLBACK (handle_provide_many), self);
  g_signal_connect (skeleton, "handle-put-record", G_CALLBACK (handle_put_record), self);
  g_signal_connect (skeleton, "handle-remove", G_CALLBACK (handle_remove), self);
  g_signal_connect (skeleton, "handle-list", G_CALLBACK (handle_list), self);
  return G_DBUS_INTERFACE_SKELETON (skeleton);
}
