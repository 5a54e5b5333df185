/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-operation.h"

#include "kad-connection-item.h"
#include "kad-enum-types.h"
#include "kad-error.h"
#include "kad-failure-item.h"
#include "kad-identity-item.h"
#include "kad-operation-private.h"
#include "kad-peer-item.h"
#include "kad-ping-item.h"
#include "kad-publication-item.h"
#include "kad-record-item.h"
#include "kad-table-item.h"

/**
 * KadOperation:
 *
 * A command that runs, as a list that fills as its results arrive.
 *
 * The items are subclasses of [class@Item], by the command. An operation lives in the
 * thread-default main context in which it was begun: items are added there, and properties change
 * there. That context's thread is also the only one that may look at it.
 *
 * It runs to its end whether or not somebody holds it; [method@Operation.cancel] ends it before.
 */
struct _KadOperation
{
  GObject parent_instance;

  char *command;
  GCancellable *cancellable;
  GPtrArray *items; /* (element-type KadItem) */
  GListStore *failures;
  GPtrArray *waiting; /* (element-type Waiter) */
  GVariant *summary;  /* (nullable) */
  GError *error;      /* (nullable) */
  KadQueryStats stats;
  KadOutcome outcome;
  guint stored;
  guint wanted;
  gboolean is_done;
  guint64 run_id;
};

enum
{
  PROP_0,
  PROP_COMMAND,
  PROP_DONE,
  PROP_ERROR,
  PROP_OUTCOME,
  PROP_STATS,
  PROP_STORED,
  PROP_WANTED,
  PROP_FAILURES,
  PROP_SUMMARY,
  PROP_RUN_ID,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* What the items of a command are. Others have plain items. */
static const struct
{
  const char *command;
  GType (*get_type) (void);
} item_types[] = {
  { "get-providers", kad_peer_item_get_type },
  { "closest-peers", kad_peer_item_get_type },
  { "find-peer", kad_peer_item_get_type },
  { "dial", kad_peer_item_get_type },
  { "get-record", kad_record_item_get_type },
  { "ping-peer", kad_ping_item_get_type },
  { "show-table", kad_table_item_get_type },
  { "show-connections", kad_connection_item_get_type },
  { "show-identity", kad_identity_item_get_type },
  { "publish", kad_publication_item_get_type },
  { "show-publications", kad_publication_item_get_type },
};

static GType
find_item_type (const char *command)
{
  for (guint i = 0; i < G_N_ELEMENTS (item_types); i++)
    if (g_str_equal (item_types[i].command, command))
      return item_types[i].get_type ();
  return KAD_TYPE_ITEM;
}

/* ---- as a list ---- */

static GType
get_item_type (GListModel *model)
{
  return find_item_type (KAD_OPERATION (model)->command);
}

static guint
get_n_items (GListModel *model)
{
  return KAD_OPERATION (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  KadOperation *self = KAD_OPERATION (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (KadOperation, kad_operation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

/* ---- results ---- */

/* Where what is said of the same peer stands; the end if it is new, or no peer. */
static guint
find_peer (KadOperation *self, KadItem *item)
{
  const char *peer;

  if (!KAD_IS_PEER_ITEM (item))
    return self->items->len;
  peer = kad_peer_item_get_peer (KAD_PEER_ITEM (item));
  for (guint i = 0; i < self->items->len; i++)
    if (g_strcmp0 (kad_peer_item_get_peer (self->items->pdata[i]), peer) == 0)
      return i;
  return self->items->len;
}

static void
on_result (KadNode *node, GVariant *result, gpointer user_data)
{
  KadOperation *self = user_data;
  KadItem *item = g_object_new (find_item_type (self->command), "details", result, NULL);
  guint at = find_peer (self, item);

  if (at == self->items->len)
    {
      g_ptr_array_add (self->items, item);
      g_list_model_items_changed (G_LIST_MODEL (self), at, 0, 1);
      return;
    }
  /* What was said last holds. */
  g_object_unref (self->items->pdata[at]);
  self->items->pdata[at] = item;
  g_list_model_items_changed (G_LIST_MODEL (self), at, 1, 1);
}

/* ---- the end ---- */

typedef struct
{
  GTask *task;
  GSource *source; /* (nullable) of the cancellable */
} Waiter;

static void
waiter_free (gpointer data)
{
  Waiter *self = data;

  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  g_object_unref (self->task);
  g_free (self);
}

static void
return_end (KadOperation *self, GTask *task)
{
  if (self->error != NULL)
    g_task_return_error (task, g_error_copy (self->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
read_failures (KadOperation *self)
{
  g_autoptr (GVariantIter) failed = NULL;
  GVariant *details;

  if (!g_variant_lookup (self->summary, "failed", "aa{sv}", &failed))
    return;
  while ((details = g_variant_iter_next_value (failed)) != NULL)
    {
      g_autoptr (KadItem) item = g_object_new (KAD_TYPE_FAILURE_ITEM, "details", details, NULL);

      g_list_store_append (self->failures, item);
      g_variant_unref (details);
    }
}

static void
read_summary (KadOperation *self)
{
  const char *outcome = NULL;

  self->outcome = KAD_OUTCOME_COMPLETED;
  g_variant_lookup (self->summary, "requests", "u", &self->stats.requests);
  g_variant_lookup (self->summary, "successes", "u", &self->stats.successes);
  g_variant_lookup (self->summary, "failures", "u", &self->stats.failures);
  g_variant_lookup (self->summary, "duration_us", "x", &self->stats.duration_us);
  g_variant_lookup (self->summary, "stored", "u", &self->stored);
  g_variant_lookup (self->summary, "wanted", "u", &self->wanted);
  g_variant_lookup (self->summary, "outcome", "&s", &outcome);
  for (KadOutcome o = KAD_OUTCOME_COMPLETED; outcome != NULL && o <= KAD_OUTCOME_FAILED; o++)
    if (g_str_equal (kad_outcome_get_name (o), outcome))
      self->outcome = o;
  read_failures (self);
}

static KadOutcome
outcome_of_error (const GError *error)
{
  if (g_error_matches (error, KAD_ERROR, KAD_ERROR_CANCELLED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return KAD_OUTCOME_CANCELLED;
  if (g_error_matches (error, KAD_ERROR, KAD_ERROR_TIMEOUT))
    return KAD_OUTCOME_TIMED_OUT;
  return KAD_OUTCOME_FAILED;
}

static void
notify_end (KadOperation *self)
{
  static const guint changed[]
      = { PROP_SUMMARY, PROP_STATS, PROP_STORED, PROP_WANTED, PROP_OUTCOME, PROP_ERROR, PROP_DONE };

  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[changed[i]]);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
end (KadOperation *self)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->is_done = TRUE;
  notify_end (self);
  for (guint i = 0; i < waiting->len; i++)
    return_end (self, ((Waiter *) waiting->pdata[i])->task);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadOperation *self = user_data;

  self->summary = kad_node_run_finish (KAD_NODE (source), result, &self->error);
  if (self->summary != NULL)
    read_summary (self);
  else
    self->outcome = outcome_of_error (self->error);
  end (self);
  g_object_unref (self);
}

static void
on_joined (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KadOperation *self = user_data;

  if (kad_node_join_finish (KAD_NODE (source), result, &self->error))
    self->outcome = KAD_OUTCOME_COMPLETED;
  else
    self->outcome = outcome_of_error (self->error);
  end (self);
  g_object_unref (self);
}

/**
 * kad_node_begin_join:
 * @self: a node
 *
 * Starts the node, unless it runs, and joins: [method@Node.join_async] as an operation. It has no
 * items.
 *
 * Returns: (transfer full): the operation
 */
KadOperation *
kad_node_begin_join (KadNode *self)
{
  KadOperation *operation;

  g_return_val_if_fail (KAD_IS_NODE (self), NULL);

  operation = g_object_new (KAD_TYPE_OPERATION, NULL);
  operation->command = g_strdup ("join");
  kad_node_join_async (self, operation->cancellable, on_joined, g_object_ref (operation));
  return operation;
}

KadOperation *
kad_operation_start (KadNode *node, const char *command, GVariant *options)
{
  KadOperation *self = g_object_new (KAD_TYPE_OPERATION, NULL);

  self->command = g_strdup (command);
  self->run_id
      = kad_node_run_full (node, command, options, on_result, g_object_ref (self), g_object_unref,
                           self->cancellable, on_done, g_object_ref (self));
  return self;
}

/**
 * kad_operation_get_run_id:
 * @self: an operation
 *
 * Returns: the number of its run, which events and
 *   deliveries carry; 0 if it could not begin, and for joining
 */
guint64
kad_operation_get_run_id (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), 0);

  return self->run_id;
}

/**
 * kad_operation_cancel:
 * @self: an operation
 *
 * Ends the operation and its queries. It is done a little later, with %KAD_ERROR_CANCELLED; what
 * was found stays. One that is done stays as it is.
 */
void
kad_operation_cancel (KadOperation *self)
{
  g_return_if_fail (KAD_IS_OPERATION (self));

  g_cancellable_cancel (self->cancellable);
}

static gboolean
on_wait_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  KadOperation *self = g_task_get_source_object (task);

  for (guint i = 0; self->waiting != NULL && i < self->waiting->len; i++)
    if (((Waiter *) self->waiting->pdata[i])->task == task)
      {
        g_ptr_array_remove_index (self->waiting, i);
        g_task_return_error_if_cancelled (task);
        break;
      }
  return G_SOURCE_REMOVE;
}

/**
 * kad_operation_wait_async:
 * @self: an operation
 * @cancellable: (nullable): ends the waiting; the operation itself goes on
 * @callback: (scope async) (closure user_data): called once, in the caller's thread-default context
 * @user_data: for @callback
 *
 * Waits until the operation is done; it may be already. From the operation's own context.
 */
void
kad_operation_wait_async (KadOperation *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Waiter *waiter;

  g_return_if_fail (KAD_IS_OPERATION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, kad_operation_wait_async);
  if (self->is_done)
    {
      return_end (self, task);
      return;
    }
  waiter = g_new0 (Waiter, 1);
  waiter->task = g_object_ref (task);
  if (cancellable != NULL)
    {
      waiter->source = g_cancellable_source_new (cancellable);
      g_task_attach_source (task, waiter->source, G_SOURCE_FUNC (on_wait_cancelled));
    }
  g_ptr_array_add (self->waiting, waiter);
}

/**
 * kad_operation_wait_finish:
 * @self: an operation
 * @result: of the call
 * @error: return location for the error of the operation, or of a cancelled wait
 *
 * Returns: %TRUE if the operation did what it should
 */
gboolean
kad_operation_wait_finish (KadOperation *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, kad_operation_wait_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the object ---- */

static void
kad_operation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  KadOperation *self = KAD_OPERATION (object);

  switch (id)
    {
    case PROP_COMMAND:
      g_value_set_string (value, self->command);
      break;
    case PROP_DONE:
      g_value_set_boolean (value, self->is_done);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_OUTCOME:
      g_value_set_enum (value, self->outcome);
      break;
    case PROP_STATS:
      g_value_set_boxed (value, &self->stats);
      break;
    case PROP_STORED:
      g_value_set_uint (value, self->stored);
      break;
    case PROP_WANTED:
      g_value_set_uint (value, self->wanted);
      break;
    case PROP_FAILURES:
      g_value_set_object (value, self->failures);
      break;
    case PROP_SUMMARY:
      g_value_set_variant (value, self->summary);
      break;
    case PROP_RUN_ID:
      g_value_set_uint64 (value, self->run_id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
    }
}

static void
kad_operation_finalize (GObject *object)
{
  KadOperation *self = KAD_OPERATION (object);

  g_free (self->command);
  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->items);
  g_object_unref (self->failures);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->summary, g_variant_unref);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (kad_operation_parent_class)->finalize (object);
}

#define READ (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
kad_operation_class_init (KadOperationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = kad_operation_get_property;
  object_class->finalize = kad_operation_finalize;

  /**
   * KadOperation:command:
   *
   * The command that runs, like `get-record`.
   */
  properties[PROP_COMMAND] = g_param_spec_string ("command", NULL, NULL, NULL, READ);
  /**
   * KadOperation:done: (getter is_done)
   *
   * Whether it has ended. Changes once; the others below change with it.
   */
  properties[PROP_DONE] = g_param_spec_boolean ("done", NULL, NULL, FALSE, READ);
  /**
   * KadOperation:error:
   *
   * Why it did not do what it should, once it is done.
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, READ);
  /**
   * KadOperation:outcome:
   *
   * How it ended.
   */
  properties[PROP_OUTCOME]
      = g_param_spec_enum ("outcome", NULL, NULL, KAD_TYPE_OUTCOME, KAD_OUTCOME_RUNNING, READ);
  /**
   * KadOperation:stats:
   *
   * What it did, once it is done without an error.
   */
  properties[PROP_STATS] = g_param_spec_boxed ("stats", NULL, NULL, KAD_TYPE_QUERY_STATS, READ);
  /**
   * KadOperation:stored:
   *
   * How many peers took what a write gave them, once it is done without an error.
   */
  properties[PROP_STORED] = g_param_spec_uint ("stored", NULL, NULL, 0, G_MAXUINT, 0, READ);
  /**
   * KadOperation:wanted:
   *
   * How many should have taken it.
   */
  properties[PROP_WANTED] = g_param_spec_uint ("wanted", NULL, NULL, 0, G_MAXUINT, 0, READ);
  /**
   * KadOperation:failures:
   *
   * Those that did not, as [class@FailureItem], once it is done.
   */
  properties[PROP_FAILURES] = g_param_spec_object ("failures", NULL, NULL, G_TYPE_LIST_MODEL, READ);
  /**
   * KadOperation:summary:
   *
   * The command's last line, `a{sv}`, once it is done without an error.
   */
  properties[PROP_SUMMARY]
      = g_param_spec_variant ("summary", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, READ);
  /**
   * KadOperation:run-id:
   *
   * The number of its run, which events and deliveries carry; 0 if it could not begin, and for
   * joining. It does not change.
   */
  properties[PROP_RUN_ID] = g_param_spec_uint64 ("run-id", NULL, NULL, 0, G_MAXUINT64, 0, READ);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
kad_operation_init (KadOperation *self)
{
  self->cancellable = g_cancellable_new ();
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->failures = g_list_store_new (KAD_TYPE_FAILURE_ITEM);
  self->waiting = g_ptr_array_new_with_free_func (waiter_free);
}

/**
 * kad_operation_get_command:
 * @self: an operation
 *
 * Returns: (transfer none): the command that runs, like `get-record`
 */
const char *
kad_operation_get_command (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), NULL);

  return self->command;
}

/**
 * kad_operation_is_done: (get-property done)
 * @self: an operation
 *
 * Returns: whether it has ended
 */
gboolean
kad_operation_is_done (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), FALSE);

  return self->is_done;
}

/**
 * kad_operation_get_error:
 * @self: an operation
 *
 * Returns: (transfer none) (nullable): why it did not do what it should, once it is done
 */
const GError *
kad_operation_get_error (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), NULL);

  return self->error;
}

/**
 * kad_operation_get_outcome:
 * @self: an operation
 *
 * Returns: how it ended; %KAD_OUTCOME_RUNNING until then
 */
KadOutcome
kad_operation_get_outcome (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), KAD_OUTCOME_FAILED);

  return self->outcome;
}

/**
 * kad_operation_get_stats:
 * @self: an operation
 *
 * Returns: (transfer none): what it did, once it is done without an error
 */
const KadQueryStats *
kad_operation_get_stats (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), NULL);

  return &self->stats;
}

/**
 * kad_operation_get_stored:
 * @self: an operation
 *
 * Returns: how many peers took what a write gave them, once it is done without an error
 */
guint
kad_operation_get_stored (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), 0);

  return self->stored;
}

/**
 * kad_operation_get_wanted:
 * @self: an operation
 *
 * Returns: how many should have taken it
 */
guint
kad_operation_get_wanted (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), 0);

  return self->wanted;
}

/**
 * kad_operation_get_failures:
 * @self: an operation
 *
 * Returns: (transfer none): those that did not, as [class@FailureItem], once it is done
 */
GListModel *
kad_operation_get_failures (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), NULL);

  return G_LIST_MODEL (self->failures);
}

/**
 * kad_operation_get_summary:
 * @self: an operation
 *
 * Returns: (transfer none) (nullable): the command's last line, `a{sv}`, once it is done without an
 *   error
 */
GVariant *
kad_operation_get_summary (KadOperation *self)
{
  g_return_val_if_fail (KAD_IS_OPERATION (self), NULL);

  return self->summary;
}
