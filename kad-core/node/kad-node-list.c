/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The nodes of this process, for whoever looks at a program from inside. */
#include "kad-node-private.h"

static GMutex lock;
/* (element-type GWeakRef) in the order in which they were made; not owned */
static GPtrArray *nodes;

void
kad_node_enlist (KadNode *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  g_weak_ref_init (&self->listed, self);
  if (nodes == NULL)
    nodes = g_ptr_array_new ();
  g_ptr_array_add (nodes, &self->listed);
}

void
kad_node_delist (KadNode *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  g_ptr_array_remove (nodes, &self->listed);
  if (nodes->len == 0)
    g_clear_pointer (&nodes, g_ptr_array_unref);
  g_weak_ref_clear (&self->listed);
}

/**
 * kad_node_list_all:
 *
 * All nodes that are in this process, running or not: for inspectors and debuggers, which look at a
 * program that they know nothing of. Any thread. A node belongs to whoever made it: do not hold
 * these for longer than you look at them.
 *
 * Returns: (transfer full) (element-type KadNode): the nodes, in the order in which they were made;
 *   empty if there is none
 */
GPtrArray *
kad_node_list_all (void)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);
  GPtrArray *all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    {
      KadNode *node = g_weak_ref_get (nodes->pdata[i]);

      if (node != NULL)
        g_ptr_array_add (all, node);
    }
  return all;
}
