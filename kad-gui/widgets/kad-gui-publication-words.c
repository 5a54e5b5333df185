/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-publication-words.h"

#include <glib/gi18n.h>

#include "kad-gui-text.h"

KadGuiPublishState
kad_gui_publication_get_state (KadGuiPublication *self)
{
  if (self->running)
    return KAD_GUI_PUBLISHING;
  if (self->failures > 0)
    return KAD_GUI_PUBLISH_FAILING;
  if (self->last_run_us == 0)
    return KAD_GUI_PUBLISH_WAITING;
  return self->stored < self->wanted ? KAD_GUI_PUBLISHED_PARTLY : KAD_GUI_PUBLISHED;
}

const char *
kad_gui_publication_get_icon (KadGuiPublication *self)
{
  static const char *const icons[] = {
    [KAD_GUI_PUBLISHED] = "object-select-symbolic",
    [KAD_GUI_PUBLISHED_PARTLY] = "dialog-warning-symbolic",
    [KAD_GUI_PUBLISHING] = "emblem-synchronizing-symbolic",
    [KAD_GUI_PUBLISH_WAITING] = "document-open-recent-symbolic",
    [KAD_GUI_PUBLISH_FAILING] = "dialog-error-symbolic",
  };

  return icons[kad_gui_publication_get_state (self)];
}

char *
kad_gui_publication_dup_state (KadGuiPublication *self)
{
  switch (kad_gui_publication_get_state (self))
    {
    case KAD_GUI_PUBLISHING:
      return g_strdup (_ ("Being announced"));
    case KAD_GUI_PUBLISH_FAILING:
      return g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE, "Failed %u time", "Failed %u times", self->failures),
          self->failures);
    case KAD_GUI_PUBLISH_WAITING:
      return g_strdup (_ ("Not announced yet"));
    case KAD_GUI_PUBLISHED_PARTLY:
      return g_strdup (_ ("Partly announced"));
    case KAD_GUI_PUBLISHED:
    default:
      return g_strdup (_ ("Announced"));
    }
}

char *
kad_gui_publication_dup_holders (KadGuiPublication *self)
{
  if (self->last_run_us == 0)
    return g_strdup ("–");
  /* Translators: so many of so many peers took it. */
  return g_strdup_printf (_ ("%u of %u"), self->stored, self->wanted);
}

char *
kad_gui_publication_dup_lifetime (KadGuiPublication *self)
{
  if (g_str_equal (self->lifetime, "session"))
    return g_strdup (_ ("Session"));
  if (g_str_equal (self->lifetime, "persistent"))
    return g_strdup (_ ("Persistent"));
  return kad_gui_text (self->lifetime);
}

char *
kad_gui_publication_dup_app (KadGuiPublication *self)
{
  return *self->app_id != '\0' ? kad_gui_text (self->app_id) : g_strdup ("–");
}

static char *
dup_past (KadGuiPublication *self, gint64 now_us)
{
  g_autofree char *ago = kad_gui_text_ago (self->last_run_us, now_us);

  if (self->last_run_us == 0)
    return g_strdup (self->running ? _ ("It is being announced for the first time.")
                                   : _ ("It was not announced yet."));
  if (self->failures == 1)
    return g_strdup_printf (_ ("Nobody took it when it was announced last, %s."), ago);
  if (self->failures > 1)
    return g_strdup_printf (_ ("Nobody took it the last %u times, the latest %s."), self->failures,
                            ago);
  return g_strdup_printf (_ ("%u of %u peers took it when it was announced last, %s."),
                          self->stored, self->wanted, ago);
}

static char *
dup_future (KadGuiPublication *self, gint64 now_us)
{
  g_autofree char *in = kad_gui_text_in (self->next_run_us, now_us);

  if (self->running && self->last_run_us > 0)
    return g_strdup (_ ("It is being announced again now."));
  if (self->running)
    return g_strdup ("");
  if (self->next_run_us <= now_us)
    return g_strdup (_ ("It is due to be announced."));
  /* Translators: %s is like "in 3 h". */
  return g_strdup_printf (_ ("It will be announced again %s."), in);
}

char *
kad_gui_publication_dup_story (KadGuiPublication *self, gint64 now_us)
{
  g_autofree char *past = dup_past (self, now_us);
  g_autofree char *future = dup_future (self, now_us);

  if (*future == '\0')
    return g_steal_pointer (&past);
  /* Translators: two sentences. */
  return g_strdup_printf (_ ("%s %s"), past, future);
}
