/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-event-look.h"

#include <glib/gi18n.h>

#include "kad-gui-text.h"

#define PLAIN_ICON "view-list-symbolic"

static const KadGuiEventLook looks[] = {
  { "query-started", "media-playback-start-symbolic", N_ ("Query Started") },
  { "query-progress", "content-loading-symbolic", N_ ("Query Progress") },
  { "query-finished", "object-select-symbolic", N_ ("Query Finished") },
  { "query-step", "go-next-symbolic", N_ ("Query Step") },
  { "peer-connected", "network-wired-symbolic", N_ ("Peer Connected") },
  { "peer-disconnected", "network-wired-disconnected-symbolic", N_ ("Peer Disconnected") },
  { "peer-identified", "avatar-default-symbolic", N_ ("Peer Identified") },
  { "request-served", "network-server-symbolic", N_ ("Request Served") },
  { "table-added", "list-add-symbolic", N_ ("Table Added") },
  { "table-removed", "list-remove-symbolic", N_ ("Table Removed") },
  { "provider-stored", "emblem-shared-symbolic", N_ ("Provider Stored") },
  { "record-stored", "drive-harddisk-symbolic", N_ ("Record Stored") },
  { "publication-changed", "document-send-symbolic", N_ ("Publication Changed") },
  { "publication-removed", "user-trash-symbolic", N_ ("Publication Removed") },
  { "listening", "network-transmit-receive-symbolic", N_ ("Listening") },
  { "joined", "network-workgroup-symbolic", N_ ("Joined") },
  { "join-failed", "network-offline-symbolic", N_ ("Join Failed") },
  { "mode-changed", "emblem-system-symbolic", N_ ("Mode Changed") },
  { "resumed", "view-refresh-symbolic", N_ ("Resumed") },
  { "clock-stepped", "preferences-system-time-symbolic", N_ ("Clock Set") },
  { "module-failed", "dialog-error-symbolic", N_ ("Module Failed") },
  { "address-found", "find-location-symbolic", N_ ("Address Found") },
  { "addresses-changed", "network-workgroup-symbolic", N_ ("Addresses Changed") },
  { "run-progress", "content-loading-symbolic", N_ ("Progress") },
  { "lost", "dialog-warning-symbolic", N_ ("Missing Lines") },
  { NULL, NULL, NULL },
};

static const KadGuiEventLook *
find (const char *type)
{
  for (const KadGuiEventLook *look = looks; look->type != NULL; look++)
    if (g_str_equal (look->type, type))
      return look;
  return NULL;
}

const KadGuiEventLook *
kad_gui_event_looks (void)
{
  return looks;
}

const char *
kad_gui_event_look_icon (const char *type)
{
  const KadGuiEventLook *look = find (type);

  return look != NULL ? look->icon_name : PLAIN_ICON;
}

char *
kad_gui_event_look_word (const char *type)
{
  const KadGuiEventLook *look = find (type);

  return look != NULL ? g_strdup (_ (look->word)) : kad_gui_text (type);
}

char *
kad_gui_event_dup_text (KadGuiEvent *event)
{
  if (event->lost > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%d line is missing here: the window was too slow",
                     "%d lines are missing here: the window was too slow", (gulong) event->lost),
        (int) MIN (event->lost, G_MAXINT));
  return *event->text != '\0' ? kad_gui_text (event->text) : kad_gui_event_look_word (event->type);
}

char *
kad_gui_event_dup_consumer (KadGuiEvent *event)
{
  if (!event->delivered || event->n_asked == 0)
    return g_strdup ("–");
  return *event->consumer != '\0' ? kad_gui_text (event->consumer) : g_strdup (_ ("passed on"));
}
