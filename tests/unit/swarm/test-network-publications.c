/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-error.h"
#include "kad-network-state.h"
#include "kad-network-testing.h"

/* When something is told as published. The disk is played by the test: the linker puts
 * this in the place of kad_network_state_flush(). */

typedef struct
{
  GMainContext *context;
  Node node;
} Lab;

typedef struct
{
  KadNetworkStateFunc func;
  gpointer user_data;
  guint n_flushes;
  guint n_heard; /* what the engine said by then */
  Node *node;
} Disk;

static Disk disk;

void __wrap_kad_network_state_flush (KadNetwork *self, KadNetworkStateFunc func,
                                     gpointer user_data);

void
__wrap_kad_network_state_flush (KadNetwork *self, KadNetworkStateFunc func, gpointer user_data)
{
  g_assert_null (disk.func);
  disk.func = func;
  disk.user_data = user_data;
  disk.n_flushes++;
  disk.n_heard = node_count (disk.node, KAD_EVENT_PUBLICATION_CHANGED)
                 + node_count (disk.node, KAD_EVENT_PUBLICATION_REMOVED);
}

static void
disk_answer (const GError *error)
{
  KadNetworkStateFunc func = g_steal_pointer (&disk.func);

  g_assert_nonnull (func);
  func (disk.user_data, error);
}

static void
lab_init (Lab *lab)
{
  g_autoptr (GError) error = NULL;

  *lab = (Lab){ .context = g_main_context_new () };
  disk = (Disk){ .node = &lab->node };
  g_assert_cmpint (sodium_init (), >=, 0);
  g_main_context_push_thread_default (lab->context);
  node_init (&lab->node, lab->context, &(NodeSpec){ .mode = KAD_MODE_SERVER }, &error);
  g_assert_no_error (error);
}

static void
lab_clear (Lab *lab)
{
  node_clear (&lab->node);
  while (g_main_context_iteration (lab->context, FALSE))
    ;
  g_main_context_pop_thread_default (lab->context);
  g_main_context_unref (lab->context);
}

static KadQueryId
publish (Lab *lab, const char *value, const char *tag, gboolean persistent)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);
  g_autoptr (GBytes) bytes = g_bytes_new (value, strlen (value));
  KadPublicationSpec spec = {
    .kind = KAD_PUBLICATION_RECORD,
    .key = key,
    .value = bytes,
    .tag = tag,
    .persistent = persistent,
  };

  return kad_swarm_publish (KAD_SWARM (lab->node.network), &spec);
}

static KadQueryId
unpublish (Lab *lab, const char *tag)
{
  g_autoptr (GBytes) key = g_bytes_new_static ("key", 3);

  return kad_swarm_unpublish (KAD_SWARM (lab->node.network), KAD_PUBLICATION_RECORD, key, tag);
}

static KadEvent *
await_end (Lab *lab, KadQueryId query)
{
  context_run_until (lab->context, node_find_end (&lab->node, query) != NULL);
  return node_find_end (&lab->node, query);
}

static void
await_flush (Lab *lab)
{
  context_run_until (lab->context, disk.func != NULL);
}

static GPtrArray *
dup_rows (Lab *lab)
{
  return kad_swarm_dup_publications (KAD_SWARM (lab->node.network));
}

static void
test_told_when_it_is_kept (void)
{
  Lab lab;
  KadQueryId id;
  const KadEvent *end;

  g_test_summary ("a persistent one waits for the disk, which was told of it before");
  lab_init (&lab);
  id = publish (&lab, "one", "app", TRUE);
  await_flush (&lab);
  g_assert_cmpuint (disk.n_heard, >, 0);
  context_turns (lab.context, 20);
  g_assert_null (node_find_end (&lab.node, id));
  disk_answer (NULL);
  end = await_end (&lab, id);
  g_assert_no_error (end->error);
  g_assert_cmpint (end->outcome, ==, KAD_OUTCOME_COMPLETED);
  g_assert_true (end->publication->persistent);
  g_assert_cmpstr (end->publication->tag, ==, "app");
  lab_clear (&lab);
}

static void
test_memory_waits_for_nobody (void)
{
  Lab lab;
  KadQueryId id;

  g_test_summary ("what is not persistent, or refused, is told at once");
  lab_init (&lab);
  g_assert_no_error (await_end (&lab, publish (&lab, "one", "app", FALSE))->error);
  g_assert_no_error (await_end (&lab, unpublish (&lab, "app"))->error);
  id = unpublish (&lab, "app");
  g_assert_error (await_end (&lab, id)->error, KAD_ERROR, KAD_ERROR_NOT_FOUND);
  g_assert_cmpuint (disk.n_flushes, ==, 0);
  lab_clear (&lab);
}

static void
test_what_cannot_be_kept_is_taken_back (void)
{
  Lab lab;
  KadQueryId ids[2];
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) full = g_error_new_literal (KAD_ERROR, KAD_ERROR_FAILED, "The disk is full");

  g_test_summary ("a new one is gone, a former one is as it was, and both are told the reason");
  lab_init (&lab);
  await_end (&lab, publish (&lab, "one", "old", FALSE));
  ids[0] = publish (&lab, "two", "old", TRUE);
  ids[1] = publish (&lab, "two", "new", TRUE);
  await_flush (&lab);
  disk_answer (full);
  for (guint i = 0; i < 2; i++)
    g_assert_error (await_end (&lab, ids[i])->error, KAD_ERROR, KAD_ERROR_FAILED);
  g_assert_cmpuint (disk.n_flushes, ==, 1);
  g_assert_cmpuint (node_count (&lab.node, KAD_EVENT_PUBLICATION_REMOVED), ==, 1);
  rows = dup_rows (&lab);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (((KadPublicationRow *) rows->pdata[0])->tag, ==, "old");
  g_assert_false (((KadPublicationRow *) rows->pdata[0])->persistent);
  g_assert_cmpmem (g_bytes_get_data (((KadPublicationRow *) rows->pdata[0])->value, NULL), 3, "one",
                   3);
  lab_clear (&lab);
}

static void
test_removed_when_the_disk_has_it_no_more (void)
{
  Lab lab;
  KadQueryId id;

  g_test_summary ("unpublish of what was persistent waits, too, as what makes it so no longer");
  lab_init (&lab);
  id = publish (&lab, "one", "app", TRUE);
  await_flush (&lab);
  disk_answer (NULL);
  await_end (&lab, id);
  id = publish (&lab, "one", "app", FALSE);
  await_flush (&lab);
  disk_answer (NULL);
  await_end (&lab, id);
  g_assert_cmpuint (disk.n_flushes, ==, 2);
  id = publish (&lab, "one", "app", TRUE);
  await_flush (&lab);
  disk_answer (NULL);
  await_end (&lab, id);
  id = unpublish (&lab, "app");
  await_flush (&lab);
  g_assert_null (node_find_end (&lab.node, id));
  g_assert_cmpuint (node_count (&lab.node, KAD_EVENT_PUBLICATION_REMOVED), ==, 1);
  disk_answer (NULL);
  g_assert_no_error (await_end (&lab, id)->error);
  lab_clear (&lab);
}

static void
test_nobody_waits_any_more (void)
{
  Lab lab;
  KadQueryId ids[2];

  g_test_summary ("cancelled, it is kept but not told; the disk may answer after the end");
  lab_init (&lab);
  ids[0] = publish (&lab, "one", "a", TRUE);
  ids[1] = publish (&lab, "one", "b", TRUE);
  kad_swarm_cancel (KAD_SWARM (lab.node.network), ids[0]);
  await_flush (&lab);
  disk_answer (NULL);
  await_end (&lab, ids[1]);
  g_assert_null (node_find_end (&lab.node, ids[0]));
  publish (&lab, "one", "c", TRUE);
  await_flush (&lab);
  node_clear (&lab.node);
  disk_answer (NULL);
  lab_clear (&lab);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/network-publications/kept", test_told_when_it_is_kept);
  g_test_add_func ("/network-publications/memory", test_memory_waits_for_nobody);
  g_test_add_func ("/network-publications/taken-back", test_what_cannot_be_kept_is_taken_back);
  g_test_add_func ("/network-publications/removed", test_removed_when_the_disk_has_it_no_more);
  g_test_add_func ("/network-publications/nobody", test_nobody_waits_any_more);
  return g_test_run ();
}
