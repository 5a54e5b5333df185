/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-state.h"

#include <glib/gi18n.h>

#include "kad-gui-dbus-source.h"
#include "kad-gui-text.h"

typedef struct
{
  const char *word; /* a code of an error, or a state of the node */
  KadGuiState state;
  const char *description;
} Entry;

/* What "NoService" means where nobody can start it. */
#define NOT_INSTALLED "NoService/not-installed"
#define NOBODY_THERE "NoService/socket"

/* Why a source failed; the last one is for all other reasons. */
static const Entry failures[] = {
  { "NoService",
    { "missing", "network-server-symbolic", N_ ("No Service"), NULL, "win.connect", N_ ("_Start"),
      "win.demo", N_ ("Show a _Demonstration"), FALSE, TRUE },
    N_ ("The service kadd does not run. It starts by itself when a program needs it.") },
  { NOT_INSTALLED,
    { "missing", "network-server-symbolic", N_ ("No Service"), NULL, "win.connect",
      N_ ("_Try Again"), "win.demo", N_ ("Show a _Demonstration"), FALSE, TRUE },
    N_ ("The service kadd does not run, and the session bus does not know how to start it. It may "
        "not be installed.") },
  { NOBODY_THERE,
    { "missing", "network-server-symbolic", N_ ("Nobody There"), NULL, "win.connect",
      N_ ("_Try Again"), "win.choose-target", N_ ("_Choose Another Target"), FALSE, TRUE },
    N_ ("No service is at this socket. It may have ended, or serve elsewhere.") },
  { "Timeout",
    { "silent", "network-server-symbolic", N_ ("No Answer"), NULL, "win.connect", N_ ("_Try Again"),
      "win.choose-target", N_ ("_Choose Another Target"), FALSE, TRUE },
    N_ ("The service is there and does not answer. It may be busy, or hang.") },
  { "NoBus",
    { "no-bus", "network-error-symbolic", N_ ("No Session Bus"), NULL, "win.choose-target",
      N_ ("_Choose Another Target"), "win.demo", N_ ("Show a _Demonstration"), FALSE, TRUE },
    N_ ("This session has no bus, so that the service cannot be reached. A socket or a recording "
        "can be looked at.") },
  { "Version",
    { "version", "software-update-available-symbolic", N_ ("Another Version"), NULL, "win.connect",
      N_ ("_Try Again"), "win.choose-target", N_ ("_Choose Another Target"), FALSE, TRUE },
    N_ ("The service and the inspector do not belong to the same version of Kad. Log out and in "
        "again after an update.") },
  { "NotAuthorized",
    { "refused", "changes-prevent-symbolic", N_ ("Not Allowed"), NULL, "win.connect",
      N_ ("_Try Again"), "win.choose-target", N_ ("_Choose Another Target"), FALSE, TRUE },
    N_ ("The service does not let this program look. It may belong to somebody else, or this "
        "program is in a sandbox.") },
  { "Corrupt",
    { "unreadable", "dialog-error-symbolic", N_ ("The Recording Cannot Be Read"), NULL,
      "win.open-recording", N_ ("_Open Another Recording…"), "win.choose-target",
      N_ ("_Choose Another Target"), FALSE, TRUE },
    N_ ("A recording is a file that “kad node --record” has written.") },
  { NULL,
    { "failed", "dialog-error-symbolic", N_ ("Something Went Wrong"), NULL, "win.connect",
      N_ ("_Try Again"), "win.choose-target", N_ ("_Choose Another Target"), FALSE, TRUE },
    NULL },
};

/* States of a node that is reached. "online" is none that stands in the way. */
static const Entry conditions[] = {
  { "stopped",
    { "stopped", "system-shutdown-symbolic", N_ ("The Node Is Stopped"), NULL, "win.start",
      N_ ("_Start"), NULL, NULL, FALSE, FALSE },
    N_ ("It starts by itself when a program needs it.") },
  { "starting",
    { "starting", "content-loading-symbolic", N_ ("The Node Is Starting"), NULL, "win.stop",
      N_ ("_Stop"), NULL, NULL, TRUE, FALSE },
    N_ ("It opens its sockets and reads what it knew.") },
  { "bootstrapping",
    { "bootstrapping", "content-loading-symbolic", N_ ("Joining the Network"), NULL, "win.doctor",
      N_ ("_Run Doctor"), NULL, NULL, TRUE, FALSE },
    N_ ("The node looks for the first peers for its routing table.") },
  { "offline",
    { "offline", "network-offline-symbolic", N_ ("The Node Is Offline"), NULL, "win.bootstrap",
      N_ ("_Bootstrap"), "win.doctor", N_ ("_Run Doctor"), FALSE, FALSE },
    N_ ("Nobody is in its routing table: there is no network, nobody could be reached, or there is "
        "nobody to join.") },
};

static const char *
code_of (KadGuiSource *source)
{
  const char *code = kad_gui_source_get_error_code (source);

  if (g_strcmp0 (code, "NoService") != 0 || !KAD_GUI_IS_DBUS_SOURCE (source))
    return code;
  if (kad_gui_dbus_source_get_address (KAD_GUI_DBUS_SOURCE (source)) != NULL)
    return NOBODY_THERE;
  return kad_gui_dbus_source_can_autostart (KAD_GUI_DBUS_SOURCE (source)) ? code : NOT_INSTALLED;
}

void
kad_gui_state_clear (KadGuiState *self)
{
  g_free (self->description);
  *self = (KadGuiState){ 0 };
}

static const char *
translated (const char *text)
{
  return text != NULL ? _ (text) : NULL;
}

static void
take_entry (KadGuiState *state, const Entry *entry)
{
  *state = entry->state;
  state->title = translated (state->title);
  state->action_label = translated (state->action_label);
  state->other_label = translated (state->other_label);
  state->description = g_strdup (translated (entry->description));
}

/* What the source says of it comes behind what it means in general. */
static void
add_detail (KadGuiState *state, const char *detail)
{
  g_autofree char *before = g_steal_pointer (&state->description);
  g_autofree char *shown = kad_gui_text (detail);

  if (*shown == '\0')
    state->description = g_steal_pointer (&before);
  else if (before == NULL)
    state->description = g_steal_pointer (&shown);
  else
    state->description = g_strdup_printf ("%s\n\n%s", before, shown);
}

static void
describe_failure (const char *code, const char *message, KadGuiState *state)
{
  guint i = 0;

  while (failures[i].word != NULL && g_strcmp0 (failures[i].word, code) != 0)
    i++;
  take_entry (state, &failures[i]);
  /* That nobody is there needs no second sentence that says so. */
  if (g_strcmp0 (state->id, "missing") != 0)
    add_detail (state, message);
}

static void
describe_connecting (KadGuiState *state)
{
  *state = (KadGuiState){
    .id = "connecting",
    .icon = "content-loading-symbolic",
    .title = _ ("Connecting"),
    .description = g_strdup (_ ("The node is asked for what it sees.")),
    .action = "win.choose-target",
    .action_label = _ ("_Choose Another Target"),
    .busy = TRUE,
    .total = TRUE,
  };
}

/* Reasons are words of who paused it. */
static char *
pause_words (const char *reason)
{
  g_autofree char *shown = NULL;

  if (g_str_equal (reason, "user") || g_str_equal (reason, ""))
    return g_strdup (_ ("A person paused it. Publications wait until it goes on."));
  if (g_str_equal (reason, "metered"))
    return g_strdup (_ ("The network connection is metered: data may cost money."));
  if (g_str_equal (reason, "battery"))
    return g_strdup (_ ("The computer runs on its battery."));
  if (g_str_equal (reason, "power-saver"))
    return g_strdup (_ ("The computer saves power."));
  shown = kad_gui_text (reason);
  return g_strdup_printf (_ ("The reason that was given: %s."), shown);
}

static void
describe_pause (const char *reason, KadGuiState *state)
{
  *state = (KadGuiState){
    .id = "paused",
    .icon = "media-playback-pause-symbolic",
    .title = _ ("The Node Is Paused"),
    .description = pause_words (reason),
    .action = "win.resume",
    .action_label = _ ("_Resume Anyway"),
  };
}

gboolean
kad_gui_state_of (KadGuiSource *source, const char *failure, KadGuiState *state)
{
  KadGuiStatus *status = NULL;

  *state = (KadGuiState){ 0 };
  if (source == NULL && failure != NULL)
    {
      describe_failure (NULL, failure, state);
      return TRUE;
    }
  if (source != NULL && kad_gui_source_get_state (source) == KAD_GUI_SOURCE_FAILED)
    {
      describe_failure (code_of (source), kad_gui_source_get_error_message (source), state);
      return TRUE;
    }
  if (source == NULL || kad_gui_source_get_state (source) != KAD_GUI_SOURCE_OPEN)
    {
      describe_connecting (state);
      return TRUE;
    }
  /* A recording is looked at, whatever the node was then. */
  if ((kad_gui_source_get_abilities (source) & KAD_GUI_IS_LIVE) == 0)
    return FALSE;
  status = kad_gui_store_get_status (kad_gui_source_get_store (source));
  if (g_str_equal (status->state, "paused"))
    {
      describe_pause (status->pause_reason, state);
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++)
    if (g_str_equal (status->state, conditions[i].word))
      {
        take_entry (state, &conditions[i]);
        return TRUE;
      }
  return FALSE;
}
