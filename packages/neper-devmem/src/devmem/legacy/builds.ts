import { hoststackError, type ProgramBuild } from "@hoststack/core";
import { z } from "zod";

/** neper with device memory, at the head of its branch `tcpd`. */
const source = {
  repository: "https://github.com/google/neper",
  commit: "571416338ddb90848fc41ab211e0d78e3d73b3f8",
} as const;

const fields = z
  .strictObject({
    memory: z.enum(["cuda", "udmabuf", "none"]),
    headersDirectory: z
      .string()
      .regex(/^\/[\w./+-]+$/, "must be an absolute path of plain letters")
      .optional(),
    static: z.boolean().optional(),
    cudaArchitecture: z
      .string()
      .regex(/^sm_\d{2,3}a?$/, "must be an architecture of nvcc: sm_90")
      .optional(),
  })
  .refine(
    ({ memory, headersDirectory }) => (memory === "none") === (headersDirectory === undefined),
    {
      path: ["headersDirectory"],
      message: "is needed for device memory, and only there: headers of Google's kernel",
    },
  )
  .refine((given) => given.memory !== "cuda" || given.static !== true, {
    path: ["static"],
    message: "cannot be had with CUDA, whose libraries are shared",
  })
  .refine((given) => given.memory !== "udmabuf" || given.static !== false, {
    path: ["static"],
    message: "is what upstream's udmabuf build always is",
  })
  .refine((given) => given.memory === "cuda" || given.cudaArchitecture === undefined, {
    path: ["cudaArchitecture"],
    message: "is of CUDA builds only",
  });

/** One build of tcp_stream; whose memory it uses tells builds apart, and each has a tree of its own. */
export interface TcpdBuildOptions {
  /** Of the GPU, of the host through udmabuf, or plain TCP. */
  readonly memory: "cuda" | "none" | "udmabuf";
  /** User headers of Google's kernel where it is built; needed for device memory. */
  readonly headersDirectory?: string;
  /** Linked without shared libraries. @default true for udmabuf, else false */
  readonly static?: boolean;
  /** What nvcc compiles for. @default "sm_90", as upstream has it */
  readonly cudaArchitecture?: string;
}

const upstreamArchitecture = "sm_90";

const switches = {
  cuda: ["WITH_TCPDEVMEM_CUDA=1"],
  udmabuf: ["WITH_TCPDEVMEM_UDMABUF=1"],
  none: [],
} as const;

const cc = { program: "cc", debianPackage: "gcc" } as const;
const make = { program: "make", debianPackage: "make" } as const;

/** A build of tcpd's tcp_stream. Throws OPTIONS_INVALID naming the option. */
export function tcpdBuild(options: TcpdBuildOptions): ProgramBuild {
  const outcome = fields.safeParse(options);
  if (!outcome.success) {
    const issue = outcome.error.issues[0];
    const field = issue?.path.join(".") ?? "";
    throw hoststackError("OPTIONS_INVALID", `tcpd build: "${field}" ${issue?.message}`, {
      details: { field },
    });
  }
  const { memory, headersDirectory, cudaArchitecture = upstreamArchitecture } = outcome.data;
  const edits =
    cudaArchitecture === upstreamArchitecture
      ? {}
      : {
          edits: {
            Makefile: [
              {
                pattern: `-arch=${upstreamArchitecture} `,
                replacement: `-arch=${cudaArchitecture} `,
              },
            ],
          },
        };
  return {
    name: `tcpd-${memory}`,
    source,
    ...edits,
    argv: [
      ...(["make", "tcp_stream"] as const),
      ...switches[memory],
      ...(headersDirectory === undefined ? [] : [`HEADERS_DIR=${headersDirectory}`]),
      // Given on the command line it would replace what the makefile itself adds.
      ...(memory === "none" && outcome.data.static === true ? ["LDFLAGS=-static"] : []),
    ],
    artefacts: ["tcp_stream"],
    tools: [
      ...[make, cc],
      ...(memory === "cuda" ? [{ program: "nvcc", debianPackage: "nvidia-cuda-toolkit" }] : []),
    ],
  };
}

/** What a compiler says where headers are not those of Google's kernel. */
const missingHeaders = /'?(?:DMA_BUF_CREATE_PAGES|SCM_DEVMEM_OFFSET|devmemvec|pages_create_info)'?/;

/** What a failed build of tcpd means, where its words tell. */
export function tcpdBuildAdvice(words: string): string | undefined {
  if (missingHeaders.test(words)) {
    return "headersDirectory has no headers of Google's kernel: run `make headers_install` in its tree; no released Linux has them";
  }
  if (/cannot find -lcuda\b/.test(words)) {
    return "the CUDA driver's library is not there: build on a host with the driver, or with its stub";
  }
  if (/Unsupported gpu architecture/.test(words)) {
    return "nvcc does not know this cudaArchitecture: nvcc --list-gpu-arch";
  }
  return undefined;
}
