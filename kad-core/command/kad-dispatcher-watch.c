/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whoever looks on at a dispatcher, and what they lend it. */
#include "kad-dispatcher-private.h"

/**
 * kad_dispatcher_set_trace:
 * @self: a dispatcher
 * @func: (nullable): called after each delivery; %NULL: nothing is recorded
 * @user_data: for @func
 *
 * Lets somebody watch who was asked about each event and who consumed it.
 */
void
kad_dispatcher_set_trace (KadDispatcher *self, KadTraceFunc func, gpointer user_data)
{
  self->trace = func;
  self->trace_data = user_data;
}

/**
 * kad_dispatcher_set_clock:
 * @self: a dispatcher
 * @func: (nullable): gives monotonic microseconds
 * @user_data: for @func
 *
 * Lends a clock for the duration of traced deliveries; it is read for nothing
 * else.
 */
void
kad_dispatcher_set_clock (KadDispatcher *self, KadClockFunc func, gpointer user_data)
{
  self->clock = func;
  self->clock_data = user_data;
}

/**
 * kad_dispatcher_set_calendar:
 * @self: a dispatcher
 * @func: (nullable): gives microseconds since 1970
 * @user_data: for @func
 *
 * Lends a calendar for the events that the dispatcher itself makes: how far a run is.
 */
void
kad_dispatcher_set_calendar (KadDispatcher *self, KadClockFunc func, gpointer user_data)
{
  self->calendar = func;
  self->calendar_data = user_data;
}

/**
 * kad_dispatcher_set_tap:
 * @self: a dispatcher
 * @func: (nullable): called with each event at the end of its way
 * @user_data: for @func
 *
 * Lets the node itself see every event, consumed or not.
 */
void
kad_dispatcher_set_tap (KadDispatcher *self, KadEventFunc func, gpointer user_data)
{
  self->tap = func;
  self->tap_data = user_data;
}

/**
 * kad_dispatcher_set_run_func:
 * @self: a dispatcher
 * @func: (nullable): called with each run that ends, before its caller hears of it
 * @user_data: for @func
 *
 * Lets the node itself see how its commands end. @func must not run or end anything.
 */
void
kad_dispatcher_set_run_func (KadDispatcher *self, KadRunFunc func, gpointer user_data)
{
  self->run_func = func;
  self->run_data = user_data;
}
