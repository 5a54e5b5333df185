/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kad-gui-step.h"

#define FIELD(name, TYPE, member)                                                                  \
  {                                                                                                \
    name, KAD_GUI_FIELD_##TYPE, G_STRUCT_OFFSET (KadGuiStep, member)                               \
  }

static const KadGuiField fields[] = {
  FIELD ("at-us", INT64, at_us),
  FIELD ("step", STRING, step),
  FIELD ("peer", STRING, peer),
  FIELD ("from", STRING, from),
  FIELD ("distance-bits", UINT, distance_bits),
  FIELD ("rtt-us", INT64, rtt_us),
  FIELD ("reason", STRING, reason),
  FIELD ("heard", UINT, heard),
  FIELD ("waiting", UINT, waiting),
  FIELD ("queried", UINT, queried),
  FIELD ("unreachable", UINT, unreachable),
};

G_DEFINE_FINAL_TYPE (KadGuiStep, kad_gui_step, KAD_GUI_TYPE_ITEM)

static void
kad_gui_step_class_init (KadGuiStepClass *klass)
{
  kad_gui_item_class_install (KAD_GUI_ITEM_CLASS (klass), fields, G_N_ELEMENTS (fields));
}

static void
kad_gui_step_init (KadGuiStep *self)
{
}

KadGuiStep *
kad_gui_step_new (void)
{
  return g_object_new (KAD_GUI_TYPE_STEP, NULL);
}
