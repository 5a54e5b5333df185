/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kad-companion.h"
#include "kad-local-discovery.h"
#include "kad-service.h"

G_BEGIN_DECLS

/* Shared by these files only:
 *   kad-service.c       the object, who uses it, what is on D-Bus
 *   kad-service-local.c who is found on the local network
 *   kad-service-life.c  the node's life: start, stop, pause, its state
 *   kad-service-apply.c what a change of the settings means */

typedef enum
{
  KAD_LIFE_DOWN,
  KAD_LIFE_STARTING,
  KAD_LIFE_UP,
  KAD_LIFE_STOPPING,
} KadLife;

struct _KadService
{
  GObject parent_instance;

  KadServiceOptions options; /* strings owned */
  KadSettings *settings;
  KadCallers *callers;
  GPtrArray *connections; /* (element-type GDBusConnection) */
  GPtrArray *interfaces;  /* (element-type GDBusInterfaceSkeleton) at the root path */

  KadLife life;
  KadNode *node;           /* (nullable): unless it is down */
  KadNodePlan *plan;       /* (nullable) of that node */
  KadCompanion *companion; /* (nullable) beside that node, from its start to its end */
  char *companion_error;   /* (nullable) why there is none, though it shall be */
  guint n_stopping;        /* nodes */
  char *plan_error;        /* (nullable) why there is none */
  char *data_error;        /* (nullable) why nothing can be kept */
  GPtrArray *waiting;      /* (element-type GTask) until it runs */
  GPtrArray *joining;      /* (element-type GTask) until it has joined, or could not */
  GPtrArray *joining_any;  /* (element-type GTask) the same, or until the local network is online */
  guint join_timer;
  GPtrArray *stopping;    /* (element-type GTask) until it does not */
  gboolean shall_stop;    /* it starts, and is not wanted any more */
  gboolean shall_restart; /* it starts or stops, and shall come up as the settings are now */
  gboolean is_ending;     /* it starts no node any more */
  gboolean is_paused;     /* by a person */
  char *automatic_pause;  /* (nullable) why it is paused by itself */
  char **quiet_reasons;
  gboolean is_started;    /* by a person: a use */
  gboolean is_persistent; /* something that lasts needs it: a use */
  GError *join_error;     /* (nullable) why it could not join, since somebody was in its table */
  KadServiceState state;
  KadLocalDiscovery *discovery; /* (nullable): while a node is up in the network "lan" */
  guint node_watch;
  guint update; /* source id */

  guint n_uses;
  guint idle_timer;
  guint apply_timer;
};

enum
{
  KAD_SERVICE_NODE_STARTED,
  KAD_SERVICE_NODE_STOPPING,
  KAD_SERVICE_NODE_CHANGED,
  KAD_SERVICE_CONNECTED,
  KAD_SERVICE_DISCONNECTED,
  KAD_SERVICE_STATE_CHANGED,
  KAD_SERVICE_IDLE,
  KAD_SERVICE_INSISTED,
  KAD_SERVICE_N_SIGNALS,
};

extern guint kad_service_signals[KAD_SERVICE_N_SIGNALS];

/* Begins to count again until nobody needs it. */
void kad_service_watch_idleness (KadService *self);
/* Looks at the node, and tells if the state is another. */
void kad_service_update_state (KadService *self);
/* Starts the node if it is down, somebody needs it and nothing is in the way. */
void kad_service_start_if_needed (KadService *self);
/* Stops and starts it, if it runs. */
void kad_service_restart (KadService *self);
/* Told in the settings, by whomever. */
void kad_service_follow_pause (KadService *self);
/* Discovery on the local network begins or ends, as the settings say now. */
void kad_service_follow_local_network (KadService *self);
/* Before its node stops. */
void kad_service_end_local_network (KadService *self);
/* Somebody is likely to be there soon: there is whom to join, or discovery has just begun. */
gboolean kad_service_has_hope (KadService *self);
/* The settings changed. */
void kad_service_plan_apply (KadService *self);
/* What was changed a moment ago applies now: who calls behind a change means what it says. */
void kad_service_settle (KadService *self);
/* Warns of what cannot be used, once. */
void kad_service_warn (KadService *self, char **problems);

G_END_DECLS
