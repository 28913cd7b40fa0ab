/** A document's blocks and what travels between them: plain data, as the panel, the command line and the exports show it. */
export interface BlockGraph {
  /** In the order of the document; a library stands before the first block that sources it. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  /** `b3` for the third block, `l1` for the first library. */
  readonly id: string;
  readonly kind: 'block' | 'library';
  /** The block's number and the heading it stands under, or the library's file name; may hold anything. */
  readonly title: string;
  /** What the block was taken for, and why; where the library lies. */
  readonly detail: string;
  /** True for a block that is not run: nothing travels to it. */
  readonly isQuiet: boolean;
  /** Where it stands, from 0: the fences of a block; for a library, the line that first sources it. */
  readonly firstLine: number;
  readonly lastLine: number;
}

/**
 * `kept`: a state file, the shell or the host hands it over. `recalculated`: the block computes it again. `library`: the block
 * sources a library and uses it. `lost`: the block needs it, and has it not.
 */
export type EdgeKind = 'kept' | 'recalculated' | 'library' | 'lost';

export interface GraphEdge {
  /** {@link GraphNode.id} */
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** What carries it, in words: the path of a state file, or the shell; undefined where nothing does. */
  readonly via: string | undefined;
  /** Never empty. */
  readonly items: readonly GraphItem[];
}

/** Something that travels, or should. */
export interface GraphItem {
  readonly name: string;
  readonly kind: 'variable' | 'function' | 'file';
  /** Where it is given. */
  readonly given: GraphPlace;
  /** Where it is used. */
  readonly used: GraphPlace;
}

/** A place in the document: line and UTF-16 column from 0. */
export interface GraphPlace {
  readonly line: number;
  readonly column: number;
}
