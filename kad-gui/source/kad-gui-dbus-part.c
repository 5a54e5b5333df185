/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-dbus-private.h"

KadGuiDbusPart *
kad_gui_dbus_part_new (const KadGuiDbusPartClass *klass, KadGuiDbusSource *source)
{
  KadGuiDbusPart *self = g_malloc0 (klass->size);

  self->klass = klass;
  self->source = source;
  if (klass->init != NULL)
    klass->init (self);
  return self;
}

void
kad_gui_dbus_part_free (KadGuiDbusPart *self)
{
  kad_gui_dbus_part_follow (self, 0);
  if (self->klass->clear != NULL)
    self->klass->clear (self);
  g_free (self);
}

void
kad_gui_dbus_part_follow (KadGuiDbusPart *self, KadGuiTopics topics)
{
  KadGuiTopics before = self->topics;

  topics &= self->klass->topics;
  if (topics == before)
    return;
  self->topics = topics;
  if (before == 0)
    {
      self->cancellable = g_cancellable_new ();
      self->klass->start (self);
    }
  else if (topics != 0)
    {
      if (self->klass->changed != NULL)
        self->klass->changed (self);
    }
  else
    {
      g_cancellable_cancel (self->cancellable);
      g_clear_object (&self->cancellable);
      if (self->klass->stop != NULL)
        self->klass->stop (self);
    }
}

void
kad_gui_dbus_part_read (KadGuiDbusPart *self)
{
  if (self->topics != 0 && self->klass->read != NULL)
    self->klass->read (self);
}
