/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-claims.h"

#include "kad-call-options.h"
#include "kad-claim-object.h"
#include "kad-error.h"
#include "kad-object-manager.h"
#include "kad-service-names.h"

/*
 * The node knows publications by kind and key, each with the tags of those who want it. Programs
 * with an app-id have a tag each ("app:ID"), which the node keeps on the disk, and applications in
 * a sandbox one that nobody else can claim ("sandbox:ID"); all callers together have one
 * ("session"), and here is counted how many of them there are: the tag goes with the last.
 *
 * A claim is in the table from the moment that the node is asked, so that a second call for the
 * same thing and the end of the first cannot cross; it is an object on D-Bus once the node has said
 * yes.
 */

#define SESSION_TAG "session"
#define APP_TAG_PREFIX "app:"
#define SANDBOX_TAG_PREFIX "sandbox:"

struct _KadClaims
{
  KadService *service;
  gboolean has_others; /* the node keeps some that no program asked for */
  GHashTable *by_path; /* (element-type KadClaim) owned */
  GHashTable *by_what; /* kind, tag and key -> GPtrArray of KadClaim */
  guint watch;
  KadNode *watched; /* (owned) (nullable) */
  guint lan_watch;
  KadNode *lan; /* (owned) (nullable): the companion's, that is told all the same and watched */
};

/* ---- what a claim is about ---- */

static char *
dup_tag (const KadClaimSpec *spec)
{
  if (!spec->is_persistent)
    return g_strdup (SESSION_TAG);
  return g_strconcat (spec->is_sandboxed ? SANDBOX_TAG_PREFIX : APP_TAG_PREFIX, spec->app_id, NULL);
}

/* FALSE: it is no program's. */
static gboolean
read_tag (const char *tag, KadClaimSpec *spec)
{
  if (g_str_has_prefix (tag, APP_TAG_PREFIX))
    spec->app_id = tag + strlen (APP_TAG_PREFIX);
  else if (g_str_has_prefix (tag, SANDBOX_TAG_PREFIX) && tag[strlen (SANDBOX_TAG_PREFIX)] != '\0')
    {
      spec->app_id = tag + strlen (SANDBOX_TAG_PREFIX);
      spec->is_sandboxed = TRUE;
    }
  return spec->app_id != NULL;
}

/* Names what is published, for whom by the node's tags. */
static char *
dup_what (KadPublicationKind kind, GBytes *key, const char *tag)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (key, &len);
  g_autofree char *encoded = g_base64_encode (data, len);

  return g_strdup_printf ("%d %s %s", (int) kind, encoded, tag);
}

/* The same after each start of the service; for what ends with @owner, as long as that is there. */
static char *
dup_path (const char *what, const KadClaimSpec *spec, KadCaller *owner)
{
  g_autofree char *app = spec->is_sandboxed ? kad_app_token_new (spec->app_id) : NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *short_name = NULL;

  g_checksum_update (checksum, (const guchar *) what, -1);
  short_name = g_strndup (g_checksum_get_string (checksum), 32);
  if (!spec->is_persistent)
    return g_strconcat (KAD_SESSION_PATH "/", kad_caller_get_token (owner), "/", short_name, NULL);
  if (app != NULL)
    return g_strconcat (KAD_APP_PATH "/", app, "/", short_name, NULL);
  return g_strconcat (KAD_PUBLICATION_PATH "/", short_name, NULL);
}

/* ---- the table ---- */

static void
forget (KadClaims *self, KadClaim *claim)
{
  GPtrArray *same = g_hash_table_lookup (self->by_what, kad_claim_get_what (claim));

  if (same != NULL)
    {
      g_ptr_array_remove (same, claim);
      if (same->len == 0)
        g_hash_table_remove (self->by_what, kad_claim_get_what (claim));
    }
  kad_service_unuse (self->service);
  g_hash_table_remove (self->by_path, kad_claim_get_path (claim));
}

static void on_caller_gone (KadCaller *caller, gpointer user_data);

static KadClaim *
remember (KadClaims *self, KadCaller *caller, const KadClaimSpec *spec, const char *what)
{
  g_autofree char *path = dup_path (what, spec, caller);
  KadClaim *claim = g_hash_table_lookup (self->by_path, path);
  GPtrArray *same = g_hash_table_lookup (self->by_what, what);

  if (claim != NULL)
    return claim;
  claim = kad_claim_new (self, path, what, spec, spec->is_persistent ? NULL : caller);
  if (!spec->is_persistent)
    kad_claim_set_gone (claim, kad_caller_add_gone (caller, on_caller_gone, claim));
  g_hash_table_insert (self->by_path, (gpointer) kad_claim_get_path (claim), claim);
  if (same == NULL)
    {
      same = g_ptr_array_new ();
      g_hash_table_insert (self->by_what, g_strdup (what), same);
    }
  g_ptr_array_add (same, claim);
  kad_service_use (self->service);
  return claim;
}

KadService *
kad_claims_get_service (KadClaims *self)
{
  return self->service;
}

guint
kad_claims_get_n (KadClaims *self)
{
  return g_hash_table_size (self->by_path);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (kad_claim_get_path (*(KadClaim *const *) a),
                 kad_claim_get_path (*(KadClaim *const *) b));
}

GPtrArray *
kad_claims_list (KadClaims *self, KadCaller *caller, const char *app_id)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (kad_claim_is_exported (value)
        && (caller == NULL || kad_claim_is_of (value, caller, app_id)))
      g_ptr_array_add (list, value);
  g_ptr_array_sort (list, compare_paths);
  return g_steal_pointer (&list);
}

/* ---- what the node says ---- */

static void
update (KadClaims *self, const KadPublicationRow *row, gboolean is_lan)
{
  g_autofree char *what = dup_what (row->kind, row->key, row->tag);
  GPtrArray *same = g_hash_table_lookup (self->by_what, what);

  for (guint i = 0; same != NULL && i < same->len; i++)
    kad_claim_set_row (same->pdata[i], row, is_lan);
}

static void
on_event (KadNode *node, KadEvent *event, gpointer user_data)
{
  const KadPublicationRow *row = kad_event_get_publication (event);

  KadClaims *self = user_data;

  if (kad_event_get_event_type (event) == KAD_EVENT_PUBLICATION_CHANGED && row != NULL)
    update (self, row, node == self->lan);
}

/* ---- asking the node ---- */

/* What the node was told is told to its companion, too. What comes of it there it says itself.
 * Takes floating @options. */
static void
tell_lan (KadClaims *self, const char *command, GVariant *options)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);

  if (self->lan != NULL)
    kad_node_run_async (self->lan, command, owned, NULL, NULL, NULL, NULL, NULL, NULL);
}

static GVariant *
new_publish_options (const KadClaimSpec *spec)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *tag = dup_tag (spec);

  g_variant_builder_add (&builder, "{sv}", "key",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, spec->key, TRUE));
  if (spec->value != NULL)
    g_variant_builder_add (&builder, "{sv}", "value",
                           g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, spec->value, TRUE));
  g_variant_builder_add (&builder, "{sv}", "tag", g_variant_new_string (tag));
  g_variant_builder_add (&builder, "{sv}", "persistent",
                         g_variant_new_boolean (spec->is_persistent));
  return g_variant_builder_end (&builder);
}

static GVariant *
new_unpublish_options (const KadClaimSpec *spec)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autofree char *tag = dup_tag (spec);

  g_variant_builder_add (&builder, "{sv}", "key",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, spec->key, TRUE));
  g_variant_builder_add (&builder, "{sv}", "kind",
                         g_variant_new_string (kad_publication_kind_get_name (spec->kind)));
  g_variant_builder_add (&builder, "{sv}", "tag", g_variant_new_string (tag));
  return g_variant_builder_end (&builder);
}

static void
on_unpublished (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);
  gboolean is_kept = GPOINTER_TO_INT (g_task_get_task_data (task));

  /* With the node goes what it does not keep. */
  if (summary == NULL && !g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_FOUND)
      && (is_kept || !g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING)))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  g_task_return_boolean (task, TRUE);
}

void
kad_claims_remove_async (KadClaims *self, KadClaim *claim, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self->service, NULL, callback, user_data);
  GPtrArray *same = g_hash_table_lookup (self->by_what, kad_claim_get_what (claim));
  gboolean is_last = same == NULL || same->len <= 1;
  g_autoptr (GVariant) options
      = g_variant_ref_sink (new_unpublish_options (kad_claim_get_spec (claim)));
  KadNode *node = kad_service_get_node (self->service);

  if (is_last && kad_claim_get_spec (claim)->is_persistent && node == NULL)
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_RUNNING,
                               "The node does not run, and what it keeps cannot be removed now");
      return;
    }
  g_task_set_task_data (task, GINT_TO_POINTER (kad_claim_get_spec (claim)->is_persistent), NULL);
  forget (self, claim);
  if (is_last)
    tell_lan (self, "unpublish", options);
  if (is_last && node != NULL)
    kad_node_run_async (node, "unpublish", options, NULL, NULL, NULL, NULL, on_unpublished,
                        g_steal_pointer (&task));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
kad_claims_remove_finish (KadClaims *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_caller_gone (KadCaller *caller, gpointer user_data)
{
  KadClaim *claim = user_data;

  kad_claim_set_gone (claim, 0);
  kad_claims_remove_async (kad_claim_get_claims (claim), claim, NULL, NULL);
}

/* What an application in a sandbox may have, however many connections it makes. */
static gboolean
check_app_quota (KadClaims *self, const KadClaimSpec *spec, GError **error)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  if (!spec->is_sandboxed || !spec->is_persistent)
    return TRUE;
  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const KadClaimSpec *other = kad_claim_get_spec (value);

      n += other->is_sandboxed && other->is_persistent && g_str_equal (other->app_id, spec->app_id);
    }
  if (n < KAD_MAX_PUBLICATIONS_PER_CALLER)
    return TRUE;
  g_set_error (error, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
               "An application in a sandbox has at most %d publications that last",
               KAD_MAX_PUBLICATIONS_PER_CALLER);
  return FALSE;
}

typedef struct
{
  KadClaims *claims;
  char *path;
  GBytes *value; /* (nullable) (owned) */
  gboolean was_there;
  gboolean wait;
  GVariant *options; /* (nullable) (owned): for another try */
} Addition;

static void
addition_free (gpointer data)
{
  Addition *self = data;

  g_clear_pointer (&self->value, g_bytes_unref);
  g_clear_pointer (&self->options, g_variant_unref);
  g_free (self->path);
  g_free (self);
}

static void
on_published_in_lan (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Addition *addition = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);
  KadClaim *claim = NULL;

  if (summary == NULL && !g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING))
    {
      g_debug ("Nothing of it in the local network: %s", error->message);
      claim = g_hash_table_lookup (addition->claims->by_path, addition->path);
    }
  if (claim != NULL)
    kad_claim_set_lan_pending (claim, FALSE);
  addition_free (addition);
}

static void
publish_in_lan (KadClaims *self, KadClaim *claim)
{
  Addition *addition;

  if (self->lan == NULL)
    return;
  addition = g_new0 (Addition, 1);
  addition->claims = self;
  addition->path = g_strdup (kad_claim_get_path (claim));
  kad_claim_set_lan_pending (claim, TRUE);
  kad_node_run_async (self->lan, "publish", new_publish_options (kad_claim_get_spec (claim)), NULL,
                      NULL, NULL, NULL, on_published_in_lan, addition);
}

/* What the node's network does not take the local one may, which takes any record. Only once: its
 * answer is the last. */
static gboolean
is_for_lan_alone (Addition *addition, const GError *error)
{
  return addition->claims->lan != NULL && addition->options != NULL
         && g_error_matches (error, KAD_ERROR, KAD_ERROR_INVALID_RECORD);
}

static void
on_published (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Addition *addition = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);
  KadClaim *claim = g_hash_table_lookup (addition->claims->by_path, addition->path);
  g_autoptr (GVariant) options = NULL;
  gboolean is_lan_only
      = addition->claims->lan != NULL && KAD_NODE (source) == addition->claims->lan;

  if (is_for_lan_alone (addition, error))
    {
      g_clear_error (&error);
      options = g_steal_pointer (&addition->options);
      kad_node_run_async (addition->claims->lan, "publish", options, NULL, NULL, NULL, NULL,
                          on_published, g_steal_pointer (&task));
      return;
    }
  if (summary == NULL)
    {
      if (claim != NULL && !addition->was_there && !kad_claim_is_exported (claim))
        kad_claims_remove_async (addition->claims, claim, NULL, NULL);
      g_task_return_error (task, error);
      return;
    }
  if (claim == NULL) /* the caller left meanwhile, or it was removed */
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_CANCELLED,
                               "It was removed before it was published");
      return;
    }
  /* Not before: what the node refuses does not take the place of what it has. */
  kad_claim_set_value (claim, addition->value);
  kad_claim_set_lan_only (claim, is_lan_only);
  if (is_lan_only)
    kad_claim_set_lan_pending (claim, FALSE);
  else if (addition->value != NULL || kad_claim_get_kind (claim) == KAD_PUBLICATION_PROVIDER)
    publish_in_lan (addition->claims, claim);
  kad_claim_export (claim);
  if (addition->wait && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    kad_claim_wait (claim, task);
  else
    g_task_return_pointer (task, claim, NULL);
}

void
kad_claims_add_async (KadClaims *self, KadCaller *caller, const KadClaimSpec *spec,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self->service, cancellable, callback, user_data);
  g_autoptr (GVariant) options = g_variant_ref_sink (new_publish_options (spec));
  g_autofree char *tag = dup_tag (spec);
  g_autofree char *what = dup_what (spec->kind, spec->key, tag);
  g_autofree char *path = dup_path (what, spec, caller);
  KadNode *node = kad_service_get_node (self->service);
  KadClaim *claim = g_hash_table_lookup (self->by_path, path);
  Addition *addition = g_new0 (Addition, 1);
  GError *error = NULL;

  addition->claims = self;
  addition->path = g_strdup (path);
  addition->value = spec->value != NULL ? g_bytes_ref (spec->value) : NULL;
  addition->was_there = claim != NULL;
  addition->wait = spec->wait;
  addition->options = spec->value != NULL ? g_variant_ref (options) : NULL;
  g_task_set_task_data (task, addition, addition_free);
  if (node == NULL)
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node was stopped");
      return;
    }
  if (claim == NULL && g_hash_table_size (self->by_path) >= KAD_MAX_CLAIMS)
    {
      g_task_return_new_error (task, KAD_ERROR, KAD_ERROR_LIMIT_REACHED,
                               "The service has %d publications, which is the limit",
                               KAD_MAX_CLAIMS);
      return;
    }
  if (claim == NULL
      && (!check_app_quota (self, spec, &error)
          || !kad_caller_take (caller, KAD_QUOTA_PUBLICATIONS, &error)))
    {
      g_task_return_error (task, error);
      return;
    }
  if (claim == NULL)
    {
      claim = remember (self, caller, spec, what);
      kad_claim_set_creator (claim, caller);
    }
  kad_node_run_async (node, "publish", options, NULL, NULL, NULL, NULL, on_published,
                      g_steal_pointer (&task));
}

KadClaim *
kad_claims_add_finish (KadClaims *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
kad_claims_wait_async (KadClaims *self, KadClaim *claim, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self->service, cancellable, callback, user_data);

  kad_claim_wait (claim, task);
}

KadClaim *
kad_claims_wait_finish (KadClaims *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- when the node comes ---- */

static GBytes *
lookup_bytes (GVariant *dict, const char *name)
{
  g_autoptr (GVariant) value = g_variant_lookup_value (dict, name, G_VARIANT_TYPE_BYTESTRING);

  return value != NULL ? g_variant_get_data_as_bytes (value) : NULL;
}

/* A row as show-publications tells it. */
static KadPublicationRow *
new_row (GVariant *dict, KadPublicationKind kind, GBytes *key, const char *tag)
{
  KadPublicationRow *row = kad_publication_row_new (kind, key, NULL, tag);
  g_autoptr (GVariant) error = g_variant_lookup_value (dict, "error", G_VARIANT_TYPE_VARDICT);
  const char *message = "";

  g_variant_lookup (dict, "persistent", "b", &row->persistent);
  g_variant_lookup (dict, "created_us", "x", &row->created_us);
  g_variant_lookup (dict, "last_run_us", "x", &row->last_run_us);
  g_variant_lookup (dict, "next_run_us", "x", &row->next_run_us);
  g_variant_lookup (dict, "stored", "u", &row->stored);
  g_variant_lookup (dict, "wanted", "u", &row->wanted);
  g_variant_lookup (dict, "failures", "u", &row->n_failures);
  g_variant_lookup (dict, "running", "b", &row->is_running);
  if (error != NULL && g_variant_lookup (error, "message", "&s", &message))
    row->error = g_error_new_literal (KAD_ERROR, KAD_ERROR_FAILED, message);
  return row;
}

/* Others know the addresses that the node had when it said last what it provides. */
static void
announce_again (KadNode *node, const KadClaimSpec *spec)
{
  g_auto (GVariantBuilder) options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&options, "{sv}", "kind",
                         g_variant_new_string (kad_publication_kind_get_name (spec->kind)));
  g_variant_builder_add (&options, "{sv}", "key",
                         g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, spec->key, TRUE));
  kad_node_run_async (node, "refresh-publication", g_variant_builder_end (&options), NULL, NULL,
                      NULL, NULL, NULL, NULL);
}

/* What it kept on its disk: for programs, as we know them by their tags. */
static void
on_kept (KadNode *node, GVariant *result, gpointer user_data)
{
  KadClaims *self = user_data;
  g_autoptr (GVariant) row = kad_call_result (result);
  g_autoptr (GBytes) key = lookup_bytes (row, "key");
  const char *tag = "";
  const char *kind = "";
  gboolean is_persistent = FALSE;
  KadClaimSpec spec = { .is_persistent = TRUE, .key = key };
  g_autofree char *what = NULL;
  g_autoptr (KadPublicationRow) told = NULL;
  KadClaim *claim;

  g_variant_lookup (row, "tag", "&s", &tag);
  g_variant_lookup (row, "kind", "&s", &kind);
  g_variant_lookup (row, "persistent", "b", &is_persistent);
  if (key == NULL || !read_tag (tag, &spec))
    {
      self->has_others |= is_persistent;
      return;
    }
  spec.kind = g_str_equal (kind, "record") ? KAD_PUBLICATION_RECORD : KAD_PUBLICATION_PROVIDER;
  what = dup_what (spec.kind, spec.key, tag);
  claim = remember (self, NULL, &spec, what);
  told = new_row (row, spec.kind, key, tag);
  kad_claim_set_row (claim, told, FALSE);
  kad_claim_export (claim);
  if (spec.kind != KAD_PUBLICATION_PROVIDER)
    return;
  announce_again (node, &spec);
  tell_lan (self, "publish", new_publish_options (&spec));
}

/* A record that the companion keeps and the node does not: its network did not take it. */
static void
take_lan_only (KadClaims *self, const KadClaimSpec *spec, const char *what)
{
  KadClaim *claim = remember (self, NULL, spec, what);

  kad_claim_set_lan_only (claim, TRUE);
  kad_claim_export (claim);
}

/* What the companion kept of programs that have ended it meanwhile, while there was no companion.
 */
static void
on_lan_kept (KadNode *node, GVariant *result, gpointer user_data)
{
  KadClaims *self = user_data;
  g_autoptr (GVariant) row = kad_call_result (result);
  g_autoptr (GBytes) key = lookup_bytes (row, "key");
  const char *tag = "";
  const char *kind = "";
  KadClaimSpec spec = { .is_persistent = TRUE, .key = key };
  g_autofree char *what = NULL;

  g_variant_lookup (row, "tag", "&s", &tag);
  g_variant_lookup (row, "kind", "&s", &kind);
  if (node != self->lan || key == NULL || !read_tag (tag, &spec))
    return;
  spec.kind = g_str_equal (kind, "record") ? KAD_PUBLICATION_RECORD : KAD_PUBLICATION_PROVIDER;
  what = dup_what (spec.kind, spec.key, tag);
  if (!g_hash_table_contains (self->by_what, what) && spec.kind == KAD_PUBLICATION_PROVIDER)
    tell_lan (self, "unpublish", new_unpublish_options (&spec));
  else
    {
      g_autoptr (KadPublicationRow) told = new_row (row, spec.kind, key, tag);

      if (!g_hash_table_contains (self->by_what, what))
        take_lan_only (self, &spec, what);
      update (self, told, TRUE);
    }
}

/* From here on each claim is a use of its own. */
static void
on_kept_all (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadClaims *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) summary = kad_node_run_finish (KAD_NODE (source), result, &error);

  if (summary != NULL && self->lan != NULL)
    kad_node_run_async (self->lan, "show-publications", g_variant_new ("a{sv}", NULL), on_lan_kept,
                        self, NULL, NULL, NULL, NULL);
  if (summary != NULL)
    kad_service_set_persistent (self->service, self->has_others);
  else if (!g_error_matches (error, KAD_ERROR, KAD_ERROR_NOT_RUNNING))
    g_warning ("What the node publishes is not known: %s", error->message);
}

/* A node that was started again knows what is on its disk; what callers want it is told again. */
static void
republish (KadClaims *self, KadNode *node)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      KadClaimSpec spec = *kad_claim_get_spec (value);

      if (spec.kind == KAD_PUBLICATION_RECORD && spec.value == NULL)
        continue;
      kad_node_run_async (node, "publish", new_publish_options (&spec), NULL, NULL, NULL, NULL,
                          NULL, NULL);
      tell_lan (self, "publish", new_publish_options (&spec));
    }
}

static void
add_managed (KadCaller *caller, GVariantBuilder *objects, gpointer user_data)
{
  KadClaims *self = user_data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (kad_claim_is_exported (value) && kad_claim_check_owner (value, caller, NULL))
      kad_claim_add_managed (value, objects);
}

static void
on_connected (KadService *service, GDBusConnection *connection, gpointer user_data)
{
  KadClaims *self = user_data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (kad_claim_is_exported (value))
      kad_claim_export_on (value, connection);
}

static void
on_disconnected (KadService *service, GDBusConnection *connection, gpointer user_data)
{
  KadClaims *self = user_data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    kad_claim_unexport_from (value, connection);
}

/* @node: (nullable) */
static void
follow_lan (KadClaims *self, KadNode *node)
{
  GHashTableIter iter;
  gpointer value;

  if (self->lan_watch != 0)
    kad_node_unwatch (self->lan, self->lan_watch);
  self->lan_watch = 0;
  g_set_object (&self->lan, node);
  if (node != NULL)
    {
      self->lan_watch = kad_node_watch (node, on_event, self, NULL);
      return;
    }
  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    kad_claim_forget_lan (value);
}

static void
on_node_started (KadService *service, KadNode *node, gpointer user_data)
{
  KadClaims *self = user_data;

  self->watched = g_object_ref (node);
  self->watch = kad_node_watch (node, on_event, self, NULL);
  follow_lan (self, kad_service_get_companion_node (service));
  republish (self, node);
  self->has_others = FALSE;
  kad_node_run_async (node, "show-publications", g_variant_new ("a{sv}", NULL), on_kept, self, NULL,
                      NULL, on_kept_all, self);
}

static void
on_node_stopping (KadService *service, KadNode *node, gpointer user_data)
{
  KadClaims *self = user_data;
  g_autoptr (GError) stopped
      = g_error_new_literal (KAD_ERROR, KAD_ERROR_NOT_RUNNING, "The node was stopped");
  GHashTableIter iter;
  gpointer value;

  if (self->watched == NULL)
    return;
  /* It says nothing of announcements any more. */
  g_hash_table_iter_init (&iter, self->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    kad_claim_stop_waiting (value, stopped);
  follow_lan (self, NULL);
  kad_node_unwatch (self->watched, self->watch);
  self->watch = 0;
  g_clear_object (&self->watched);
}

KadClaims *
kad_claims_new (KadService *service)
{
  KadClaims *self = g_new0 (KadClaims, 1);

  self->service = service;
  self->by_path
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) kad_claim_free);
  self->by_what
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect (service, "node-started", G_CALLBACK (on_node_started), self);
  g_signal_connect (service, "node-stopping", G_CALLBACK (on_node_stopping), self);
  g_signal_connect (service, "connected", G_CALLBACK (on_connected), self);
  g_signal_connect (service, "disconnected", G_CALLBACK (on_disconnected), self);
  kad_object_manager_add_source (service, add_managed, self);
  return self;
}

void
kad_claims_free (KadClaims *self)
{
  kad_object_manager_remove_source (self->service, self);
  g_signal_handlers_disconnect_by_data (self->service, self);
  on_node_stopping (self->service, NULL, self);
  g_hash_table_unref (self->by_path);
  g_hash_table_unref (self->by_what);
  g_free (self);
}
