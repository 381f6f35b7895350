#pragma once
#define _O_BINARY 0x8000
