/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A GIO module with one command, built twice: the second one wants the first one's name. */
#include <gio/gio.h>

#include "kad-command-registry.h"
#include "kad-module.h"

KAD_MODULE_DEFINE (TEST_MODULE_NAME, "1.0", "A module of the registry's test")

typedef struct
{
  KadCommandHandler parent_instance;
} ModuleCommand;

typedef struct
{
  KadCommandHandlerClass parent_class;
} ModuleCommandClass;

static GType module_command_get_type (void);
static void module_command_init (ModuleCommand *self);
static void module_command_class_init (ModuleCommandClass *klass);

G_MODULE_EXPORT void g_io_module_load (GIOModule *module);
G_MODULE_EXPORT void g_io_module_unload (GIOModule *module);

static GType module_type;

static GType
module_command_get_type (void)
{
  return module_type;
}

static void
run (KadCommandHandler *handler, KadSwarm *swarm)
{
  kad_command_handler_finish (handler, NULL);
}

static void
module_command_init (ModuleCommand *self)
{
}

static void
module_command_class_init (ModuleCommandClass *klass)
{
  KAD_COMMAND_HANDLER_CLASS (klass)->summary = "Come from a module";
  KAD_COMMAND_HANDLER_CLASS (klass)->run = run;
}

void
g_io_module_load (GIOModule *module)
{
  const GTypeInfo info = {
    .class_size = sizeof (ModuleCommandClass),
    .class_init = (GClassInitFunc) (void (*) (void)) module_command_class_init,
    .instance_size = sizeof (ModuleCommand),
    .instance_init = (GInstanceInitFunc) (void (*) (void)) module_command_init,
  };
  g_autoptr (GError) error = NULL;

  module_type = g_type_module_register_type (G_TYPE_MODULE (module), KAD_TYPE_COMMAND_HANDLER,
                                             TEST_TYPE_NAME, &info, 0);
  kad_command_registry_add ("from-module", module_command_get_type (), &error);
}

void
g_io_module_unload (GIOModule *module)
{
}
