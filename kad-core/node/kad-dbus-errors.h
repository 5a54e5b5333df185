/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "kad-error.h"

G_BEGIN_DECLS

/* For programs that call the service org.libkad.Kad1, and for the service itself: from now on %KAD_ERROR
 * is known to GDBus by the names of its codes. Any thread, any number of times. */
KAD_API void kad_dbus_errors_register (void);

G_END_DECLS
