/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A module of transports, and how one can be wrong: TEST_MODULE_KIND says which. */
#include "kad-module.h"
#include "kad-transport.h"

#define KIND_GOOD 1
#define KIND_NO_LOAD 2
#define KIND_EMPTY 3
#define KIND_UNRESOLVED 4

#if TEST_MODULE_KIND == KIND_UNRESOLVED
void kad_function_that_nobody_has (void);
#endif

#if TEST_MODULE_KIND == KIND_NO_LOAD
G_MODULE_EXPORT int kad_test_symbol = 1;
#else

KAD_MODULE_DEFINE (TEST_MODULE_LABEL, "1.0", "A module of the loader's test")

G_MODULE_EXPORT void g_io_module_load (GIOModule *module);
G_MODULE_EXPORT void g_io_module_unload (GIOModule *module);

typedef KadTransport TestTransport;
typedef KadTransportClass TestTransportClass;

GType TEST_MODULE_TYPE (void);

static void
class_init (gpointer klass, gpointer data)
{
}

/* The type's name is the module's: no two modules may register one name. */
GType
TEST_MODULE_TYPE (void)
{
  return g_type_register_static_simple (KAD_TYPE_TRANSPORT, G_STRINGIFY (TEST_MODULE_TYPE),
                                        sizeof (TestTransportClass), (GClassInitFunc) class_init,
                                        sizeof (TestTransport), NULL, 0);
}

void
g_io_module_load (GIOModule *module)
{
#if TEST_MODULE_KIND == KIND_UNRESOLVED
  kad_function_that_nobody_has ();
#endif
#if TEST_MODULE_KIND != KIND_EMPTY
  g_io_extension_point_implement (KAD_TRANSPORT_EXTENSION_POINT_NAME, TEST_MODULE_TYPE (),
                                  TEST_MODULE_NAME, 0);
#endif
}

void
g_io_module_unload (GIOModule *module)
{
}
#endif
