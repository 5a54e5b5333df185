/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "kad-desktop-reasons.h"
#include "kad-desktop.h"

G_BEGIN_DECLS

/* Shared by the watchers, a file each, and by kad-desktop.c, which owns them. */

typedef struct _KadDesktopWatcher KadDesktopWatcher;

typedef struct
{
  const char *name;
  gsize size;
  /* What it watches is on the system bus: without one it does not begin. */
  gboolean needs_bus;
  gboolean (*is_wanted) (GSettings *general);
  /* Who is told of something later uses `cancellable`, and looks at nothing once that is
   * cancelled. */
  void (*start) (KadDesktopWatcher *self);
  /* Drops everything that start() and what followed made; its reasons go by themselves. */
  void (*stop) (KadDesktopWatcher *self);
} KadDesktopWatcherClass;

/* The first member of each watcher. */
struct _KadDesktopWatcher
{
  const KadDesktopWatcherClass *class;
  KadDesktop *desktop;
  GCancellable *cancellable; /* (nullable): while it is on */
  guint reasons;             /* bits of KadDesktopReason that it has told of */
};

/* kad-desktop-network.c: GNetworkMonitor */
extern const KadDesktopWatcherClass kad_desktop_network_class;
/* kad-desktop-power.c: GPowerProfileMonitor */
extern const KadDesktopWatcherClass kad_desktop_power_class;
/* kad-desktop-battery.c: OnBattery of UPower */
extern const KadDesktopWatcherClass kad_desktop_battery_class;
/* kad-desktop-sleep.c: PrepareForSleep of logind */
extern const KadDesktopWatcherClass kad_desktop_sleep_class;
/* kad-desktop-memory.c: GMemoryMonitor */
extern const KadDesktopWatcherClass kad_desktop_memory_class;

/* The system bus. (transfer none) (nullable): there is none. */
GDBusConnection *kad_desktop_get_bus (KadDesktop *self);
/* The node, and the one beside it in the local network: as many as run now. (transfer none) */
#define KAD_DESKTOP_MAX_NODES 2
guint kad_desktop_get_nodes (KadDesktop *self, KadNode *nodes[KAD_DESKTOP_MAX_NODES]);
/* That a reason is there, or is not. */
void kad_desktop_watcher_tell (KadDesktopWatcher *self, KadDesktopReason reason, gboolean is_there);
/* Runs a command on the nodes that run, and looks only whether it could. Takes a floating
 * @options. */
void kad_desktop_run (KadDesktop *self, const char *command, GVariant *options);

G_END_DECLS
