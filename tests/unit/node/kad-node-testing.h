/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-error.h"
#include "kad-node.h"

G_BEGIN_DECLS

/* Waiting for asynchronous calls in a context that is the thread's default. */

typedef struct
{
  GAsyncResult *result;
  guint n_calls;
} Wait;

static inline void
wait_on_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Wait *wait = user_data;

  wait->n_calls++;
  g_set_object (&wait->result, result);
}

#define run_until(condition)                                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 give_up_us = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;                             \
    while (!(condition))                                                                           \
      {                                                                                            \
        if (!g_main_context_iteration (g_main_context_get_thread_default (), FALSE))               \
          g_usleep (200);                                                                          \
        g_assert_cmpint (g_get_monotonic_time (), <, give_up_us);                                  \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

static inline GAsyncResult *
wait_for (Wait *wait)
{
  run_until (wait->result != NULL);
  return wait->result;
}

static inline void
wait_clear (Wait *wait)
{
  g_clear_object (&wait->result);
  wait->n_calls = 0;
}

static inline KadNode *
make_node (KadMode mode, const char *join)
{
  g_autoptr (KadNodeConfig) config = kad_node_config_new ();
  g_autoptr (GError) error = NULL;
  KadNode *node;

  g_assert_true (kad_node_config_add_listen (config, "/ip4/127.0.0.1/tcp/0", &error));
  if (join != NULL)
    g_assert_true (kad_node_config_add_bootstrap (config, join, &error));
  kad_node_config_set_mode (config, mode);
  node = kad_node_new (config, &error);
  g_assert_no_error (error);
  return node;
}

static inline void
start_node (KadNode *node)
{
  g_autoptr (GError) error = NULL;
  Wait wait = { 0 };

  kad_node_start_async (node, NULL, wait_on_ready, &wait);
  kad_node_start_finish (node, wait_for (&wait), &error);
  g_assert_no_error (error);
  wait_clear (&wait);
}

static inline void
stop_node (KadNode *node)
{
  Wait wait = { 0 };

  kad_node_stop_async (node, wait_on_ready, &wait);
  g_assert_true (kad_node_stop_finish (node, wait_for (&wait), NULL));
  wait_clear (&wait);
}

static inline void
finish_turns (void)
{
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
}

G_END_DECLS
