/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-desktop-reasons.h"

const char *
kad_desktop_reason_get_name (KadDesktopReason reason)
{
  static const char *const names[] = { "metered", "power-saver", "battery", "low-memory" };

  g_return_val_if_fail ((guint) reason < G_N_ELEMENTS (names), NULL);

  return names[reason];
}

static gboolean
counts_as (const KadDesktopReasons *self, KadDesktopReason reason, KadThrift thrift)
{
  return self->is_there[reason] && !self->is_overruled[reason] && self->thrift[reason] == thrift;
}

void
kad_desktop_reasons_set_thrift (KadDesktopReasons *self, KadDesktopReason reason, KadThrift thrift)
{
  if (self->thrift[reason] == thrift)
    return;
  self->thrift[reason] = thrift;
  self->is_overruled[reason] = FALSE;
}

void
kad_desktop_reasons_set_there (KadDesktopReasons *self, KadDesktopReason reason, gboolean is_there)
{
  self->is_there[reason] = is_there;
  if (!is_there)
    self->is_overruled[reason] = FALSE;
}

void
kad_desktop_reasons_overrule (KadDesktopReasons *self)
{
  for (guint i = 0; i < KAD_DESKTOP_N_REASONS; i++)
    if (counts_as (self, i, KAD_THRIFT_PAUSE))
      self->is_overruled[i] = TRUE;
}

const char *
kad_desktop_reasons_get_pause (const KadDesktopReasons *self)
{
  for (guint i = 0; i < KAD_DESKTOP_N_REASONS; i++)
    if (counts_as (self, i, KAD_THRIFT_PAUSE))
      return kad_desktop_reason_get_name (i);
  return NULL;
}

char **
kad_desktop_reasons_dup_quiet (const KadDesktopReasons *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (kad_desktop_reasons_get_pause (self) == NULL)
    for (guint i = 0; i < KAD_DESKTOP_N_REASONS; i++)
      if (counts_as (self, i, KAD_THRIFT_QUIET))
        g_strv_builder_add (builder, kad_desktop_reason_get_name (i));
  return g_strv_builder_end (builder);
}
