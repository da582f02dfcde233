// Types of the package's files that are no JavaScript: what a bundler gives for `import url from "...?url"` or an asset.
declare const url: string;
export default url;
