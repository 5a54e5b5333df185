/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Everything is hidden unless it is marked: the marked prototypes are the ABI
 * of libkad-1. */
#define KAD_API __attribute__ ((visibility ("default"))) extern

G_END_DECLS
