/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kad-listener.h"

typedef struct
{
  KadListenerReadyFunc func;
  gpointer user_data;
} KadListenerPrivate;

/**
 * KadListener:
 *
 * A place where peers arrive. Who drives it polls its descriptor, or, where it
 * has none, sets a function that the listener calls; then it accepts until
 * there is nobody left. Dropping the last reference closes it.
 */
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (KadListener, kad_listener, G_TYPE_OBJECT)

static int
has_no_fd (KadListener *self)
{
  return -1;
}

static void
kad_listener_class_init (KadListenerClass *klass)
{
  klass->get_fd = has_no_fd;
}

static void
kad_listener_init (KadListener *self)
{
}

/**
 * kad_listener_get_addresses:
 * @self: a listener
 *
 * Returns: (transfer full) (element-type KadMultiaddr): where it listens, wildcards
 *   resolved to the addresses of the interfaces
 */
GPtrArray *
kad_listener_get_addresses (KadListener *self)
{
  g_return_val_if_fail (KAD_IS_LISTENER (self), NULL);

  return KAD_LISTENER_GET_CLASS (self)->get_addresses (self);
}

/**
 * kad_listener_get_fd:
 * @self: a listener
 *
 * Returns: what polls readable when kad_listener_accept() has something, still the
 *   listener's; -1: it calls its ready function instead
 */
int
kad_listener_get_fd (KadListener *self)
{
  g_return_val_if_fail (KAD_IS_LISTENER (self), -1);

  return KAD_LISTENER_GET_CLASS (self)->get_fd (self);
}

/**
 * kad_listener_accept:
 * @self: a listener
 * @error: %G_IO_ERROR_WOULD_BLOCK when nobody is waiting; %KAD_ERROR_LIMIT_REACHED
 *   when somebody was turned away for want of descriptors or memory, and the next may
 *   be tried; %KAD_ERROR_CLOSED after kad_listener_close()
 *
 * Takes one who waits. Never blocks.
 *
 * Returns: (transfer full) (nullable): a link
 */
KadLink *
kad_listener_accept (KadListener *self, GError **error)
{
  g_return_val_if_fail (KAD_IS_LISTENER (self), NULL);

  return KAD_LISTENER_GET_CLASS (self)->accept (self, error);
}

/**
 * kad_listener_close:
 * @self: a listener
 *
 * Stops at once; who waits is turned away. Idempotent.
 */
void
kad_listener_close (KadListener *self)
{
  g_return_if_fail (KAD_IS_LISTENER (self));

  KAD_LISTENER_GET_CLASS (self)->close (self);
}

/**
 * kad_listener_set_ready_func:
 * @self: a listener without a descriptor
 * @func: (nullable) (scope forever) (closure user_data): called when kad_listener_accept() may have
 * something, in the context in which the listener was made
 * @user_data: for @func
 *
 * Sets whom the listener tells that somebody may have come.
 */
void
kad_listener_set_ready_func (KadListener *self, KadListenerReadyFunc func, gpointer user_data)
{
  KadListenerPrivate *priv = kad_listener_get_instance_private (self);

  priv->func = func;
  priv->user_data = user_data;
}

/**
 * kad_listener_emit_ready:
 * @self: a listener
 *
 * For subclasses without a descriptor: tells who drives it that somebody waits.
 */
void
kad_listener_emit_ready (KadListener *self)
{
  KadListenerPrivate *priv = kad_listener_get_instance_private (self);

  if (priv->func != NULL)
    priv->func (self, priv->user_data);
}
